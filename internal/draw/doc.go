// Package draw paints rectangles, text and small pictures into pixels, without
// a window system and without allocation: what the project shows on a Remote
// Desktop screen by itself.
//
// All positions are pixels of the desktop. A Canvas is a window on it and takes
// what falls into it, so whoever sends the screen tile by tile paints the same
// page into each tile.
package draw
