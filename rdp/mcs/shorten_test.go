package mcs

// shorten cuts the content of a message to n bytes and corrects its outer
// length, so that only the inside is wrong.
func shorten(message []byte, headerSize, n int) []byte {
	return appendConnect(nil, message[1], message[headerSize:headerSize+n])
}
