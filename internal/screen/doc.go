// Package screen shows something drawn by this program to a Remote Desktop
// client: a desktop of the lab, or the card that explains a failure.
//
// A [Scene] has state and no pixels. What has changed is drawn anew, tile by
// tile, into buffers that all sessions share, encoded and sent, so that an idle
// session costs next to nothing.
package screen
