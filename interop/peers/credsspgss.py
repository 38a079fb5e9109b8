"""What credssp-gss.py and credssp-gss-server.py share: TSRequest in DER, the key proof, the TLS key.

Written from MS-CSSP 2.2.1 and 3.1.5 and kept free of the project's Go code on purpose: NTLM, SPNEGO
and Kerberos come from gss-ntlmssp and MIT krb5, so that only the CredSSP framing is ours on both ends.
"""

import hashlib
import json

import gssapi
from cryptography import x509
from cryptography.hazmat.primitives import serialization

MECHS = {
    "spnego": "1.3.6.1.5.5.2",
    "ntlm": "1.3.6.1.4.1.311.2.2.10",
    "krb5": "1.2.840.113554.1.2.2",
}
NTLM = MECHS["ntlm"]

# MS-CSSP 3.1.5: from version 5 on, the proof is a hash of these strings, the nonce and the key.
CLIENT_TO_SERVER = b"CredSSP Client-To-Server Binding Hash\0"
SERVER_TO_CLIENT = b"CredSSP Server-To-Client Binding Hash\0"

# What --change-version states from the second message on: another number that asks for the same proof.
CHANGED = {2: 3, 3: 4, 4: 3, 5: 6, 6: 5}


def say(**fields):
    """Print one line of the report."""
    print(json.dumps(fields), flush=True)


# --- the key proof


def client_proof(version, nonce, key):
    return hashlib.sha256(CLIENT_TO_SERVER + nonce + key).digest() if version >= 5 else key


def server_proof(version, nonce, key):
    if version >= 5:
        return hashlib.sha256(SERVER_TO_CLIENT + nonce + key).digest()
    return bytes([(key[0] + 1) & 0xFF]) + key[1:]


def flip(proof):
    """A proof that is wrong in its last bit."""
    return proof[:-1] + bytes([proof[-1] ^ 1])


def subject_public_key(certificate):
    """The content of the SubjectPublicKey BIT STRING, without the octet that counts unused bits."""
    info = x509.load_der_x509_certificate(certificate).public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _, body, _ = element(info)
    _, _, end = element(body)
    return element(body, end)[1][1:]


def seal(ctx, data, plain_wrap=False):
    """Encrypt for the peer. Kerberos gets the SSPI layout (the trailer rotated into the header), which
    FreeRDP demands; plain_wrap gives RRC 0 instead, as rdesktop sends it."""
    if plain_wrap or ctx.mech.dotted_form == NTLM:
        return ctx.wrap(data, True).message
    iov = gssapi.raw.IOV(gssapi.raw.IOVBufferType.header, data, std_layout=False)
    gssapi.raw.wrap_iov(ctx, iov, True)
    return iov[0].value + iov[1].value


# --- DER


def der(tag, body):
    n = len(body)
    if n < 128:
        return bytes([tag, n]) + body
    size = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def element(data, at=0):
    """Tag and content of the element at an offset, and the offset behind it."""
    tag, size, at = data[at], data[at + 1], at + 2
    if size & 0x80:
        octets = size & 0x7F
        size, at = int.from_bytes(data[at : at + octets], "big"), at + octets
    if at + size > len(data):
        raise ValueError("DER element is cut off")
    return tag, data[at : at + size], at + size


def inner(data, depth):
    """The content of the element that lies this many levels deep."""
    for _ in range(depth):
        _, data, _ = element(data)
    return data


# --- TSRequest


def ts_request(version, nego=None, auth=None, pub=None, error=None, nonce=None):
    body = der(0xA0, der(2, bytes([version])))
    if nego is not None:
        body += der(0xA1, der(0x30, der(0x30, der(0xA0, der(4, nego)))))
    if auth is not None:
        body += der(0xA2, der(4, auth))
    if pub is not None:
        body += der(0xA3, der(4, pub))
    if error is not None:  # the NTSTATUS as an INTEGER of four octets, negative, as Windows sends it
        body += der(0xA4, der(2, error.to_bytes(4, "big")))
    if nonce is not None:
        body += der(0xA5, der(4, nonce))
    return der(0x30, body)


def parse_ts_request(data):
    fields, body, at = {}, inner(data, 1), 0
    while at < len(body):
        tag, value, at = element(body, at)
        fields[tag & 0x1F] = value
    return {
        "version": int.from_bytes(inner(fields[0], 1), "big"),
        "nego": inner(fields[1], 4) if 1 in fields else None,
        "auth": inner(fields[2], 1) if 2 in fields else None,
        "pub": inner(fields[3], 1) if 3 in fields else None,
        "error": int.from_bytes(inner(fields[4], 1), "big", signed=True) & 0xFFFFFFFF if 4 in fields else None,
        "nonce": inner(fields[5], 1) if 5 in fields else None,
    }


def receive(sock, n):
    data = b""
    while len(data) < n:
        got = sock.recv(n - len(data))
        if not got:
            raise EOFError("closed by the peer")
        data += got
    return data


def receive_ts_request(sock):
    data = receive(sock, 2)
    size = data[1]
    if size & 0x80:
        octets = receive(sock, size & 0x7F)
        data, size = data + octets, int.from_bytes(octets, "big")
    return parse_ts_request(data + receive(sock, size))


# --- TSCredentials


def password_credentials(domain, user, password):
    """TSCredentials with TSPasswordCreds (MS-CSSP 2.2.1.2)."""
    texts = [der(0xA0 + i, der(4, s.encode("utf-16le"))) for i, s in enumerate((domain, user, password))]
    return der(0x30, der(0xA0, der(2, b"\1")) + der(0xA1, der(4, der(0x30, b"".join(texts)))))


def parse_credentials(data):
    """credType, and domain, user and password if it is 1 (a password)."""
    body = inner(data, 1)
    _, cred_type, at = element(body)
    cred_type = int.from_bytes(inner(cred_type, 1), "big")
    texts, fields, at = [], inner(element(body, at)[1], 2), 0
    while cred_type == 1 and at < len(fields):
        _, value, at = element(fields, at)
        texts.append(inner(value, 1).decode("utf-16le").rstrip("\0"))  # rdesktop NUL-terminates them
    return cred_type, texts
