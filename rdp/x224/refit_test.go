package x224

// refit corrects the TPKT length and the length indicator of a connection
// frame that was cut or extended, so that only its content is wrong.
func refit(frame []byte) []byte {
	f := append([]byte(nil), frame...)
	f[2], f[3] = byte(len(f)>>8), byte(len(f))
	f[4] = byte(len(f) - 5)
	return f
}
