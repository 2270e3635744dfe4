"""Kernels: how alike are two spaces of the same items?"""
