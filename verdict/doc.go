// Package verdict turns what one look at a Remote Desktop server yielded into
// what it means: whether the fix for CVE-2018-0886 is in force there, which
// clients can connect, what is wrong and what to do about it.
//
// It holds no sentences. Everything it says is a dotted code with arguments;
// [Codes] lists all of them. Every fact knows "not checked", and no fact
// means unknown: the verdict never takes a missing answer for a good one.
//
// Which CredSSP versions a machine may use is decided by [credssp.Policy]
// alone; this package asks it about every state the facts leave open.
package verdict
