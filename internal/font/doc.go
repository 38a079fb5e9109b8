// Package font holds the glyphs of DotGothic16, a font of dots with the Japanese
// characters of JIS X 0208 and the letters of most European languages: pictures
// of 16 rows, 8 or 16 dots wide. A program that embeds it draws text on a screen
// without a font file, a parser or anti-aliasing.
//
// The font is by the DotGothic16 Project Authors under the SIL Open Font License
// 1.1, which is in OFL.txt; the program generate makes the table out of it. It
// changes three glyphs, so that 0 and O, and l, I and | can be told apart.
package font
