// Package update holds what a Remote Desktop server draws with when both sides
// do without drawing orders: Bitmap Updates (MS-RDPBCGR 2.2.9.1.1.3.1.2),
// surface commands (2.2.9.2) and pointer updates (2.2.9.1.1.4), and a Screen to
// which a client applies them.
//
// The same bytes travel on both paths: in the updates of package fastpath, and
// in the Update Data PDUs of package share. A server appends with
// AppendBitmapUpdate and needs no state; a client feeds Screen.
//
// Slices and values that the readers return alias their input. A Screen
// allocates for its pixels, and for bitmaps that do not go straight to them.
package update
