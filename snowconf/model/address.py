"""The name of a resource within its stack."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """`kind.label`, as in `oauth_app.finout`."""

    kind: str
    label: str

    def __str__(self) -> str:
        return f"{self.kind}.{self.label}"

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Split at the first dot (labels may hold dots: `property.glide.war`).

        Raises:
            ValueError: there is no dot, or nothing on one side of it.
        """
        kind, dot, label = text.partition(".")
        if not (kind and dot and label):
            raise ValueError(f"'{text}' is not an address; one looks like user.svc_finout")
        return cls(kind, label)
