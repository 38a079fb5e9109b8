//go:build race

package screen

func init() { raceDetector = true }
