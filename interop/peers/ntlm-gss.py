#!/usr/bin/python3
"""gss-ntlmssp as an NTLM initiator or acceptor, driven by JSON lines; octets are hex.

The first line opens the context:
  {"op": "open", "role": "initiator", "user", "domain", "password", "target", "bindings"}
  {"op": "open", "role": "acceptor", "bindings"}      accounts: NTLM_USER_FILE, lines DOMAIN:user:password
then, in any order:
  {"op": "step", "data"}           -> {"data", "complete"}   data is the peer's token; empty for the first
  {"op": "wrap", "data"}           -> {"data"}               signature, then the sealed message
  {"op": "unwrap", "data"}         -> {"data"}
  {"op": "mic", "data"}            -> {"data"}
  {"op": "verify", "data", "mic"}  -> {}
  {"op": "key"}                    -> {"data"}               the exported session key
  {"op": "initiator"}              -> {"name"}               the account, as the acceptor knows it
A failure is {"error"}; the process ends with its input.
"bindings" is the application data of the channel bindings: "tls-server-end-point:" and a hash.
"""

import json
import sys

import gssapi
from gssapi.raw import ChannelBindings, acquire_cred_with_password, inquire_sec_context_by_oid

NTLM = gssapi.OID.from_int_seq("1.3.6.1.4.1.311.2.2.10")
SESSION_KEY = gssapi.OID.from_int_seq("1.2.840.113554.1.2.2.5.5")  # GSS_C_INQ_SSPI_SESSION_KEY

gssapi.SecurityContext.__DEFER_STEP_ERRORS__ = False  # a refused token is an error of that step


def open_context(q):
    data = bytes.fromhex(q.get("bindings", ""))
    bindings = ChannelBindings(application_data=data) if data else None
    if q["role"] == "acceptor":
        return gssapi.SecurityContext(usage="accept", channel_bindings=bindings)
    user = q["domain"] + "\\" + q["user"] if q.get("domain") else q["user"]
    name = gssapi.Name(user, gssapi.NameType.user)
    got = acquire_cred_with_password(name, q["password"].encode(), usage="initiate", mechs=[NTLM])
    flag = gssapi.RequirementFlag
    return gssapi.SecurityContext(
        name=gssapi.Name("TERMSRV@" + q["target"], gssapi.NameType.hostbased_service),
        creds=gssapi.Credentials(base=got.creds), mech=NTLM, usage="initiate", channel_bindings=bindings,
        flags=flag.mutual_authentication | flag.confidentiality | flag.integrity | flag.replay_detection | flag.out_of_sequence_detection,
    )


def answer(ctx, q):
    op, data = q["op"], bytes.fromhex(q.get("data", ""))
    if op == "step":
        token = ctx.step(data or None)
        return {"data": (token or b"").hex(), "complete": ctx.complete}
    if op == "wrap":
        return {"data": ctx.wrap(data, True).message.hex()}
    if op == "unwrap":
        return {"data": ctx.unwrap(data).message.hex()}
    if op == "mic":
        return {"data": ctx.get_signature(data).hex()}
    if op == "verify":
        ctx.verify_signature(data, bytes.fromhex(q["mic"]))
        return {}
    if op == "key":
        return {"data": inquire_sec_context_by_oid(ctx, SESSION_KEY)[0].hex()}
    if op == "initiator":
        return {"name": str(ctx.initiator_name).rstrip("\0")}
    raise ValueError("unknown op %r" % op)


ctx = None
for line in sys.stdin:
    try:
        q = json.loads(line)
        if q["op"] == "open":
            ctx, reply = open_context(q), {}
        else:
            reply = answer(ctx, q)
    except (gssapi.exceptions.GSSError, ValueError, KeyError, AttributeError) as e:
        reply = {"error": "%s: %s" % (type(e).__name__, e)}
    print(json.dumps(reply), flush=True)
