"""Properties of a resource: none may be passed over in silence."""

from tests.aws.templates import Json


def known(properties: Json, *names: str) -> None:
    """Raise `NotImplementedError` if there are properties of other names."""
    if others := sorted(set(properties) - set(names)):
        raise NotImplementedError(f"properties {', '.join(others)}")


def renamed(properties: Json, **names: str) -> Json:
    """Return the properties, those named under the name that boto3 has for them."""
    return {names.get(name, name): value for name, value in properties.items()}
