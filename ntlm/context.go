package ntlm

// context is what a Client and an Acceptor have in common once they are
// established.
type context struct {
	session *session
}

// Done reports whether the security context is established.
func (c *context) Done() bool { return c.session != nil }

// Name is the name of the mechanism.
func (c *context) Name() string { return "NTLM" }

func (c *context) established() (*session, error) {
	if c.session == nil {
		return nil, misuse("security context is not established")
	}
	return c.session, nil
}

// Seal encrypts and signs: the 16-byte signature, then the ciphertext
// (GSS_WrapEx of MS-NLMP 3.4.6).
func (c *context) Seal(plaintext []byte) ([]byte, error) {
	s, err := c.established()
	if err != nil {
		return nil, err
	}
	return s.seal(plaintext), nil
}

// Unseal decrypts and checks what the other end sealed (3.4.7).
func (c *context) Unseal(sealed []byte) ([]byte, error) {
	s, err := c.established()
	if err != nil {
		return nil, err
	}
	return s.unseal(sealed)
}

// Sign returns the 16-byte signature of a message (GSS_GetMICEx of 3.4.8).
func (c *context) Sign(message []byte) ([]byte, error) {
	s, err := c.established()
	if err != nil {
		return nil, err
	}
	mic := make([]byte, signatureLength)
	s.send.sign(mic, message, s.keyExchange)
	return mic, nil
}

// Verify checks a signature of the other end (GSS_VerifyMICEx of 3.4.9).
func (c *context) Verify(message, mic []byte) error {
	s, err := c.established()
	if err != nil {
		return err
	}
	return s.verify(message, mic)
}

// ResetSealing puts the RC4 states back to their beginning, without touching
// the sequence numbers. SPNEGO asks for it after its mechListMIC (MS-SPNG
// 3.2.5.1, 3.3.5.1).
func (c *context) ResetSealing() {
	if c.session != nil {
		c.session.resetSealing()
	}
}

// Wipe forgets the keys; the context cannot be used any more.
func (c *context) Wipe() {
	if c.session != nil {
		c.session.wipe()
		c.session = nil
	}
}
