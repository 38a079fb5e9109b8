// Package viewer is a Remote Desktop client without a window: it logs on, keeps
// the picture that the server draws, types, and leaves.
//
// [Connect] returns a [Viewer] whose session stands, or a [StepError] that says
// how far it came. A server that sends its clients elsewhere ends either with a
// [RedirectedError]; the viewer never follows by itself, because that would take
// the password to a host that nobody named.
package viewer
