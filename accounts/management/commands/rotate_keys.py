from accounts import secrets
from accounts.management.operators import OperatorCommand


class Command(OperatorCommand):
    help = "Wraps every client's data key with the newest master key; older ones may be dropped after that."

    def answer(self, **_: object) -> dict:
        return {"rewrapped": secrets.rewrap()}

    def words(self, facts: dict) -> str:
        return f"Data keys wrapped with the newest master key: {facts['rewrapped']:,}."
