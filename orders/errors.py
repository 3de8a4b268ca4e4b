"""What can stand in the way of an order."""

from http import HTTPStatus

from monty.errors import MontyError


class DraftOpen(MontyError):
    """The conversation has an open draft already; `order` is its id."""

    status = HTTPStatus.CONFLICT
    code = "draft_open"

    def __init__(self, detail: str, *, order: int) -> None:
        super().__init__(detail, order=order)


class OutOfStock(MontyError):
    """There is less than is wanted; `sku` says of what, `left` how many there are."""

    status = HTTPStatus.CONFLICT
    code = "out_of_stock"

    def __init__(self, detail: str, *, sku: str, left: int) -> None:
        super().__init__(detail, sku=sku, left=left)
