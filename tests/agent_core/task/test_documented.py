"""The docstrings under a model's fields are their descriptions, and are read when somebody asks."""

from __future__ import annotations

from pydantic import Field

from agent_core.task.documented import Documented


class Drink(Documented):
    """What is served."""

    name: str
    """What it is called.

    In the language of the guest.
    """
    size_ml: int = Field(default=200, description="How much it is.")
    """This is not what callers are told."""
    sugar: bool = False


class Tea(Drink):
    """A drink with leaves in it."""

    minutes: float = 3.0
    """How long the leaves stay in."""

    def steep(self) -> str:
        """Methods are not fields."""
        return f"{self.minutes} minutes"


TOLD = {
    "name": "What it is called.\n\nIn the language of the guest.",
    "size_ml": "How much it is.",
}


def test_a_field_is_described_by_its_docstring_unless_it_names_a_description_itself():
    assert Drink.descriptions() == TOLD


def test_a_model_has_the_descriptions_of_what_it_is_made_from():
    assert Tea.descriptions() == {**TOLD, "minutes": "How long the leaves stay in."}


def test_the_json_schema_describes_the_fields():
    properties = Tea.model_json_schema()["properties"]
    told = {name: field["description"] for name, field in properties.items() if "description" in field}
    assert told == Tea.descriptions()


def test_the_json_schema_describes_the_fields_of_a_part():
    class Order(Documented):
        drink: Drink
        """What is to be brought."""

    schema = Order.model_json_schema()
    assert schema["properties"]["drink"]["description"] == "What is to be brought."
    assert schema["$defs"]["Drink"]["properties"]["name"]["description"] == TOLD["name"]


def test_without_its_source_a_model_works_and_has_no_descriptions():
    made: dict[str, type[Documented]] = {}
    exec(
        "from agent_core.task.documented import Documented\n"
        "class Bare(Documented):\n    __module__ = 'nowhere'\n    name: str\n    '''Lost.'''\nmade = Bare",
        {"__name__": "nowhere"},
        made,
    )
    assert made["Bare"].descriptions() == {}
    assert "description" not in made["Bare"].model_json_schema()["properties"]["name"]
