// Package fieldtest is the test of this project on real Windows, done by
// somebody who has some: numbered steps, each of which settles claims that rest
// on public records so far.
//
// A step looks at a server, logs on to one with a throw-away account, listens
// for a client, or asks what a person sees. What went over the wire becomes a
// Recording; the only way from there into a File is Recording.Result, which
// takes every name out of the bytes, keeps their lengths, and never keeps a
// response, a proof or a credential. Import turns a File into vectors and says
// which claims were seen on which build.
package fieldtest
