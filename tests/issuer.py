"""An identity provider on loopback: OpenID Connect's code flow, with ID tokens that are really signed."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "monty-inbox"
SECRET = "known-to-both"


class Key:
    """What tokens are signed by."""

    def __init__(self, kid: str) -> None:
        self.kid = kid
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def public(self) -> dict[str, Any]:
        told = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key()))
        return told | {"kid": self.kid, "alg": "RS256", "use": "sig"}


class Issuer:
    """`person`: who sits at its log-in page. The other fields are what it does wrong."""

    key, stranger = Key("one"), Key("one")

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.person: dict[str, Any] = {}
        self.signs_with = self.key
        self.says: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.without: tuple[str, ...] = ()
        self.down = False
        self.challenges: dict[str, str] = {}

    def log_in(self, address: str) -> str:
        """Whoever is sent here logs in; the path they come back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (asked["client_id"], asked["code_challenge_method"]) == (CLIENT, "S256")
        code = f"code-{len(self.challenges)}"
        self.challenges[code] = asked["code_challenge"]
        return f"{urlsplit(asked['redirect_uri']).path}?code={code}&state={asked['state']}"

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        """Each code once, for whoever knows what its challenge was made of."""
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert self.challenges.pop(form["code"]) == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        assert form["client_secret"] == SECRET
        now = int(time.time())
        facts = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, **self.person, **self.says}
        signed = jwt.encode(facts, self.signs_with.private, "RS256", headers={"kid": self.signs_with.kid})
        answer = {"access_token": "open", "token_type": "Bearer", "id_token": signed}
        return {name: value for name, value in answer.items() if name not in self.without}

    def get(self, path: str) -> dict[str, Any]:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
        pages: dict[str, dict[str, Any]] = {
            "/.well-known/openid-configuration": {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                **{name: f"{self.url}/{place}" for name, place in places.items()},
            },
            "/keys": {"keys": [self.key.public]},
            "/userinfo": self.person | self.userinfo,
        }
        return pages[path]


@contextmanager
def running() -> Iterator[Issuer]:
    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(lambda: issuer.get(self.path))

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(lambda: issuer.token({name: values[0] for name, values in parse_qs(sent).items()}))

        def answer(self, say: Any) -> None:
            body = b"" if issuer.down else json.dumps(say()).encode()
            self.send_response(503 if issuer.down else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    issuer = Issuer(server.server_port)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield issuer
    server.shutdown()
    server.server_close()
    thread.join()
