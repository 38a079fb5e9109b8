#!/usr/bin/python3
"""A CredSSP server of any version from 2 to 6 over MIT GSSAPI and gss-ntlmssp.

NTLM accounts are the lines DOMAIN:user:password of the file named by NTLM_USER_FILE, Kerberos keys the
keytab named by KRB5_KTNAME; both are taken raw or inside SPNEGO. It checks the client's key proof
strictly, ends after TSCredentials, and prints JSON lines: first {"addr"}, then one verdict for each
connection: ok, peer (the client's version), agreed, asked (the client's requestedProtocols), mech,
initiator, client_proof (none, verified, wrong), credentials (none, right, wrong: against NTLM_USER_FILE),
domain, user, why. It binds to loopback addresses only and never prints a password.
"""

import argparse
import ipaddress
import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile

import gssapi

import credsspgss as cs

HYBRID, HYBRID_EX = 2, 8  # MS-RDPBCGR 2.2.1.1.1
HYBRID_REQUIRED_BY_SERVER = 5

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("--version", type=int, default=6, choices=range(2, 7))
ap.add_argument("--min", type=int, default=2, help="refuse clients below this version")
ap.add_argument("--error", type=lambda s: int(s, 0), help="accept the login, then refuse it with this NTSTATUS")
ap.add_argument("--bad-proof", choices=("flip", "echo"), help="send a wrong pubKeyAuth: one bit changed, or the client's own")
ap.add_argument("--change-version", action="store_true", help="state another version from the second message on")
ap.add_argument("--ext", action="store_true", help="select HYBRID_EX if the client offers it")
ap.add_argument("--early-result", type=lambda s: int(s, 0), default=0, help="with --ext: the Early User Authorization Result")
ap.add_argument("--bind", default="127.0.0.1")
ap.add_argument("port", type=int, help="0 for any free port")
args = ap.parse_args()


# Raise at once when a token is refused; by default step() hands out SPNEGO's "reject" first, and the
# client would end before it sees an errorCode.
gssapi.SecurityContext.__DEFER_STEP_ERRORS__ = False


class Failed(Exception):
    """The login is refused; code goes to peers that know errorCode."""

    def __init__(self, why, code=0xC000006D):  # STATUS_LOGON_FAILURE
        super().__init__(why)
        self.code = code


def tls_context():
    """A fresh self-signed RSA certificate, and its public key."""
    with tempfile.TemporaryDirectory() as d:
        pem, key = d + "/cert.pem", d + "/key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", pem, "-days", "30", "-subj", "/CN=localhost"],
            check=True, stderr=subprocess.DEVNULL,
        )
        ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ctx.load_cert_chain(pem, key)
        with open(pem) as f:
            return ctx, cs.subject_public_key(ssl.PEM_cert_to_DER_cert(f.read()))


def known(domain, user, password):
    path = os.environ.get("NTLM_USER_FILE")
    if not path:
        return False
    with open(path) as f:
        return "%s:%s:%s" % (domain, user, password) in f.read().splitlines()


class Login:
    """One connection."""

    def __init__(self, sock):
        self.sock, self.ctx, self.nonce, self.sent = sock, None, None, 0
        self.verdict = {
            "ok": False, "peer": 0, "agreed": 0, "asked": 0, "mech": "", "initiator": "",
            "client_proof": "none", "credentials": "none", "domain": "", "user": "", "why": "",
        }

    def run(self, tls, key):
        selected = self.negotiate()
        self.sock = tls.wrap_socket(self.sock, server_side=True)
        try:
            self.prove(key)
            self.take_credentials()
        except Failed as e:
            # errorCode exists in versions 3, 4 and 6 (MS-CSSP 2.2.1)
            if min(self.verdict["peer"], args.version) in (3, 4, 6):
                self.send(error=e.code)
            raise
        if selected == HYBRID_EX:
            self.sock.sendall(struct.pack("<I", args.early_result))

    def negotiate(self):
        header = cs.receive(self.sock, 4)
        request = cs.receive(self.sock, struct.unpack(">H", header[2:])[0] - 4)
        asked = self.verdict["asked"] = struct.unpack("<I", request[-4:])[0]
        kind, value = 2, HYBRID
        if args.ext and asked & HYBRID_EX:
            value = HYBRID_EX
        elif not asked & HYBRID:
            kind, value = 3, HYBRID_REQUIRED_BY_SERVER
        self.sock.sendall(bytes.fromhex("030000130ed00000123400") + struct.pack("<BBHI", kind, 0, 8, value))
        if kind == 3:
            raise EOFError("the client asked for 0x%x, without CredSSP" % asked)
        return value

    def send(self, **fields):
        version = cs.CHANGED[args.version] if args.change_version and self.sent else args.version
        self.sent += 1
        self.sock.sendall(cs.ts_request(version, **fields))

    def receive(self):
        got = cs.receive_ts_request(self.sock)
        peer = self.verdict["peer"]
        if peer not in (0, got["version"]):
            raise Failed("the client changed its version from %d to %d" % (peer, got["version"]))
        self.verdict["peer"] = got["version"]
        self.verdict["agreed"] = min(got["version"], args.version)
        if got["version"] < args.min:
            raise Failed("the client's version is below %d" % args.min, 0x80090302)  # SEC_E_UNSUPPORTED_FUNCTION
        return got

    def prove(self, key):
        while True:
            got, out = self.receive(), None
            self.nonce = got["nonce"] or self.nonce
            if got["nego"]:
                if self.ctx is None:
                    self.ctx = gssapi.SecurityContext(usage="accept")
                try:
                    out = self.ctx.step(got["nego"])
                except gssapi.exceptions.GSSError as e:
                    raise Failed("GSS: %s" % e)
            if got["pub"] is not None:
                break
            self.send(nego=out)
        if self.ctx is None or not self.ctx.complete:
            raise Failed("pubKeyAuth before the end of the authentication")
        self.verdict["mech"] = self.ctx.mech.dotted_form
        if args.error is not None:
            raise Failed("refused on purpose with 0x%08x" % args.error, args.error)
        agreed = self.verdict["agreed"]
        try:
            proof = self.ctx.unwrap(got["pub"]).message
        except gssapi.exceptions.GSSError as e:
            raise Failed("pubKeyAuth: %s" % e)
        if (agreed >= 5 and self.nonce is None) or proof != cs.client_proof(agreed, self.nonce, key):
            self.verdict["client_proof"] = "wrong"
            raise Failed("the client's pubKeyAuth does not verify")
        self.verdict["client_proof"] = "verified"
        answer = cs.server_proof(agreed, self.nonce, key)
        if args.bad_proof:
            answer = cs.flip(answer) if args.bad_proof == "flip" else proof
        self.send(pub=cs.seal(self.ctx, answer))

    def take_credentials(self):
        got = self.receive()
        if got["error"] is not None:
            raise EOFError("the client sent errorCode 0x%08x" % got["error"])
        if got["auth"] is None:
            raise Failed("no authInfo in the client's last message")
        try:
            self.verdict["initiator"] = str(self.ctx.initiator_name).rstrip("\0")
        except gssapi.exceptions.GSSError:
            pass  # gss-ntlmssp cannot always name it
        _, texts = cs.parse_credentials(self.ctx.unwrap(got["auth"]).message)
        if len(texts) == 3:
            self.verdict["domain"], self.verdict["user"] = texts[:2]
            self.verdict["credentials"] = "right" if known(*texts) else "wrong"
        self.verdict["ok"] = True


def main():
    if not ipaddress.ip_address(args.bind).is_loopback:
        sys.exit("credssp-gss-server: loopback addresses only")
    tls, key = tls_context()
    listener = socket.create_server((args.bind, args.port))
    cs.say(addr="%s:%d" % listener.getsockname())
    while True:
        sock, _ = listener.accept()
        sock.settimeout(10)
        login = Login(sock)
        try:
            login.run(tls, key)
        except (Failed, gssapi.exceptions.GSSError, EOFError, OSError, KeyError, ValueError, IndexError, struct.error) as e:
            login.verdict["why"] = "%s: %s" % (type(e).__name__, e)
        finally:
            login.sock.close()
        cs.say(**login.verdict)


main()
