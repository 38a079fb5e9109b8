// Package card is the page that a person sees inside their own Remote Desktop
// window when there is no desktop to show: why the connection failed and what to
// do, a choice of destinations, or what is being waited for.
//
// A Card is state and layout without pixels. Its owner gives it the size of the
// desktop, the input events and, for a waiting page, the elapsed time; it says
// which rectangles changed, and paints them into any window of the desktop. It
// has no clock and does not know the connection it is shown on.
package card
