// Package viewer is a Remote Desktop client without a window: it logs on, keeps
// the picture that the server draws, types, and leaves.
package viewer
