"""The architecture that a table's name of a network stands for: Data/measurements/named_models.csv."""

from measurements.lookups import FACTS, table

NAMED = {
    (row["table"], row["name"], row["input"]): row for row in table(FACTS / "named_models.csv")
}


def network(collection: str, name: str, shape: str) -> str | None:
    """The network's name in Scripts/architectures; None where it is not one of these."""
    known = NAMED.get((collection, name, shape))
    return known["architecture"] if known else None


#: The family of a network, which is left out as a whole in cross-validation.
FAMILIES_OF_NETWORKS = {row["architecture"]: row["family"] for row in NAMED.values()}
