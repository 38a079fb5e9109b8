#!/usr/bin/python3
"""A CredSSP client of any version from 2 to 6 over MIT GSSAPI and gss-ntlmssp.

It checks the server's key proof strictly and prints one JSON line: ok, version, peer (the server's
version), mech, server_proof (none, verified, wrong), error_code, early_result, why.
It connects to loopback addresses only.
"""

import argparse
import ipaddress
import os
import socket
import ssl
import struct
import sys

import gssapi
from gssapi.raw import acquire_cred_with_password

import credsspgss as cs

SSL, HYBRID, HYBRID_EX = 1, 2, 8  # MS-RDPBCGR 2.2.1.1.1

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("--version", type=int, default=6, choices=range(2, 7))
ap.add_argument("--mech", default="spnego", choices=cs.MECHS)
ap.add_argument("--spn", help="host in the service name TERMSRV/HOST (default: the host)")
ap.add_argument("--ext", action="store_true", help="also offer HYBRID_EX, and read the Early User Authorization Result")
ap.add_argument("--ccache", action="store_true", help="use the default Kerberos ticket cache instead of the password")
ap.add_argument("--plain-wrap", action="store_true", help="Kerberos: seal with RRC 0, as rdesktop")
ap.add_argument("--bad-proof", action="store_true", help="send a wrong pubKeyAuth")
ap.add_argument("--change-version", action="store_true", help="state another version from the second message on")
ap.add_argument("--no-credentials", action="store_true", help="leave instead of sending TSCredentials")
ap.add_argument("host")
ap.add_argument("port", type=int)
ap.add_argument("user")
ap.add_argument("password")
ap.add_argument("domain", nargs="?", default="")
args = ap.parse_args()

report = {"ok": False, "version": args.version, "peer": 0, "mech": "", "server_proof": "none", "error_code": 0, "early_result": -1, "why": ""}


class Failed(Exception):
    pass


def negotiate(sock):
    """X.224 Connection Request and Confirm; returns the selected protocol."""
    wish = SSL | HYBRID | (HYBRID_EX if args.ext else 0)
    request = struct.pack(">BBHHB", 14, 0xE0, 0, 0, 0) + struct.pack("<BBHI", 1, 0, 8, wish)
    sock.sendall(struct.pack(">BBH", 3, 0, 4 + len(request)) + request)
    header = cs.receive(sock, 4)
    confirm = cs.receive(sock, struct.unpack(">H", header[2:])[0] - 4)
    kind, selected = (confirm[7], struct.unpack("<I", confirm[11:15])[0]) if len(confirm) >= 15 else (0, 0)
    if kind != 2 or not selected & (HYBRID | HYBRID_EX):
        raise Failed("no CredSSP at the server: response type %d, value 0x%x" % (kind, selected))
    return selected


def security_context():
    mech = gssapi.OID.from_int_seq(cs.MECHS[args.mech])
    user = args.user
    if args.domain:
        user = args.domain + "\\" + user if args.mech == "ntlm" else user + "@" + args.domain
    creds = None
    if not args.ccache:
        name = gssapi.Name(user, gssapi.NameType.user)
        got = acquire_cred_with_password(name, args.password.encode(), usage="initiate", mechs=[mech])
        creds = gssapi.Credentials(base=got.creds)
    flag = gssapi.RequirementFlag
    return gssapi.SecurityContext(
        name=gssapi.Name("TERMSRV@" + (args.spn or args.host), gssapi.NameType.hostbased_service),
        creds=creds, mech=mech, usage="initiate",
        flags=flag.mutual_authentication | flag.confidentiality | flag.integrity | flag.replay_detection | flag.out_of_sequence_detection,
    )


def prove(sock, key):
    """The exchange up to the server's pubKeyAuth; returns the context and the version to state."""
    ctx, nonce = security_context(), os.urandom(32) if args.version >= 5 else None
    token, sent_proof, stated = None, False, args.version
    while True:
        out = None if ctx.complete else ctx.step(token)
        pub = None
        if ctx.complete and not sent_proof:
            agreed = min(args.version, report["peer"] or args.version)
            proof = cs.client_proof(agreed, nonce, key)
            pub = cs.seal(ctx, cs.flip(proof) if args.bad_proof else proof, args.plain_wrap)
            sent_proof = True
        sock.sendall(cs.ts_request(stated, nego=out or None, pub=pub, nonce=nonce))
        if args.change_version:
            stated = cs.CHANGED[args.version]
        got = cs.receive_ts_request(sock)
        if report["peer"] not in (0, got["version"]):
            raise Failed("the server changed its version from %d to %d" % (report["peer"], got["version"]))
        report["peer"], token = got["version"], got["nego"]
        if got["error"] is not None:
            report["error_code"] = got["error"]
            raise Failed("the server sent errorCode 0x%08x" % got["error"])
        if got["pub"] is not None:
            break
        if not token:
            raise Failed("neither a token nor a pubKeyAuth from the server")
    want = cs.server_proof(min(args.version, report["peer"]), nonce, key)
    if ctx.unwrap(got["pub"]).message != want:
        report["server_proof"] = "wrong"
        raise Failed("the server's pubKeyAuth does not verify")
    report["server_proof"] = "verified"
    report["mech"] = ctx.mech.dotted_form
    return ctx, stated


def delegate(sock, ctx, stated, selected):
    creds = cs.password_credentials(args.domain, args.user, args.password)
    sock.sendall(cs.ts_request(stated, auth=cs.seal(ctx, creds, args.plain_wrap)))
    if selected == HYBRID_EX:
        report["early_result"] = struct.unpack("<I", cs.receive(sock, 4))[0]
        if report["early_result"] != 0:
            raise Failed("Early User Authorization Result 0x%x" % report["early_result"])


def leave(sock):
    """Say that nothing more comes, then read to the end: closing with unread data would make TCP throw
    away what the server has not read yet."""
    sock.settimeout(2)
    try:
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(4096):
            pass
    except OSError:
        pass


def main():
    if not ipaddress.ip_address(socket.gethostbyname(args.host)).is_loopback:
        sys.exit("credssp-gss: loopback addresses only")
    with socket.create_connection((args.host, args.port), 10) as sock:
        selected = negotiate(sock)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
        with tls.wrap_socket(sock) as sock:
            ctx, stated = prove(sock, cs.subject_public_key(sock.getpeercert(True)))
            if not args.no_credentials:
                delegate(sock, ctx, stated, selected)
            leave(sock)
    report["ok"] = True


try:
    main()
except (Failed, gssapi.exceptions.GSSError, EOFError, OSError, KeyError, ValueError, IndexError) as e:
    report["why"] = "%s: %s" % (type(e).__name__, e)
cs.say(**report)
sys.exit(0 if report["ok"] else 1)
