"""What the observer reads, as shares that add up."""

from lva.studies.function import Design, confusion_table, trained_seeds


def test_shares_add_up_for_each_task(subjects):
    table = confusion_table(trained_seeds(subjects)[0], Design(episodes=1, steps=3))
    shares = table.groupby(["source", "about", "task"]).share.sum()
    assert shares.round(9).eq(1).all() and len(shares) == 2 * 2 * 3
    assert set(table["read"][table.about == "task"]) <= {"go-to", "pick-up", "escape-from"}
