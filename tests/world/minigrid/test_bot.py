"""The comparison with BabyAI's bot."""

from lva.world import compare_with_bot, load_grammar


def test_the_rows_say_what_was_played():
    table = compare_with_bot(load_grammar("paper"), episodes=30, progress=False).set_index("task")
    assert (table.bot_success == 1).all()
    assert (table.oracle <= table.bot).all() and (table.oracle <= table.sighted).all()
    assert (table.oracle_over_bot == table.oracle / table.bot).all()
