package verdict

import "slices"

// Family is a kind of TLS cipher suites: those with one key exchange or one
// cipher.
type Family string

// The families.
const (
	ECDHE     Family = "ecdhe"
	DHE       Family = "dhe"
	RSA       Family = "rsa"  // the key exchange, without forward secrecy
	AEAD      Family = "aead" // GCM and ChaCha20-Poly1305, and all of TLS 1.3
	CBC       Family = "cbc"  // AES in CBC mode
	TripleDES Family = "3des"
	RC4       Family = "rc4"
)

// Families lists the families.
func Families() []Family { return []Family{ECDHE, DHE, RSA, AEAD, CBC, TripleDES, RC4} }

// Suites lists the suites of a family up to TLS 1.2, as numbers of the TLS
// registry, the better ones first; "" stands for all of them. Suites without
// encryption, without authentication and those for export are not among them.
func Suites(family Family) []uint16 {
	var ids []uint16
	for _, s := range suites {
		if family == "" || family == s.exchange || family == s.cipher {
			ids = append(ids, s.id)
		}
	}
	return ids
}

// familiesOf returns the families of a suite, none if it is not known.
func familiesOf(id uint16) []Family {
	if id>>8 == 0x13 { // TLS 1.3: the suite does not name the key exchange (RFC 8446, B.4)
		return []Family{AEAD}
	}
	i := slices.IndexFunc(suites, func(s suite) bool { return s.id == id })
	if i < 0 {
		return nil
	}
	return []Family{suites[i].exchange, suites[i].cipher}
}

type suite struct {
	id               uint16
	exchange, cipher Family
}

// suites is taken from the TLS registry of IANA.
var suites = []suite{
	{0xC02C, ECDHE, AEAD}, // ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
	{0xC02B, ECDHE, AEAD}, // ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
	{0xC030, ECDHE, AEAD}, // ECDHE_RSA_WITH_AES_256_GCM_SHA384
	{0xC02F, ECDHE, AEAD}, // ECDHE_RSA_WITH_AES_128_GCM_SHA256
	{0xCCA9, ECDHE, AEAD}, // ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
	{0xCCA8, ECDHE, AEAD}, // ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
	{0x009F, DHE, AEAD},   // DHE_RSA_WITH_AES_256_GCM_SHA384
	{0x009E, DHE, AEAD},   // DHE_RSA_WITH_AES_128_GCM_SHA256
	{0xCCAA, DHE, AEAD},   // DHE_RSA_WITH_CHACHA20_POLY1305_SHA256
	{0x009D, RSA, AEAD},   // RSA_WITH_AES_256_GCM_SHA384
	{0x009C, RSA, AEAD},   // RSA_WITH_AES_128_GCM_SHA256

	{0xC024, ECDHE, CBC}, // ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
	{0xC023, ECDHE, CBC}, // ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
	{0xC028, ECDHE, CBC}, // ECDHE_RSA_WITH_AES_256_CBC_SHA384
	{0xC027, ECDHE, CBC}, // ECDHE_RSA_WITH_AES_128_CBC_SHA256
	{0xC00A, ECDHE, CBC}, // ECDHE_ECDSA_WITH_AES_256_CBC_SHA
	{0xC009, ECDHE, CBC}, // ECDHE_ECDSA_WITH_AES_128_CBC_SHA
	{0xC014, ECDHE, CBC}, // ECDHE_RSA_WITH_AES_256_CBC_SHA
	{0xC013, ECDHE, CBC}, // ECDHE_RSA_WITH_AES_128_CBC_SHA
	{0x006B, DHE, CBC},   // DHE_RSA_WITH_AES_256_CBC_SHA256
	{0x0067, DHE, CBC},   // DHE_RSA_WITH_AES_128_CBC_SHA256
	{0x0039, DHE, CBC},   // DHE_RSA_WITH_AES_256_CBC_SHA
	{0x0033, DHE, CBC},   // DHE_RSA_WITH_AES_128_CBC_SHA
	{0x0038, DHE, CBC},   // DHE_DSS_WITH_AES_256_CBC_SHA
	{0x0032, DHE, CBC},   // DHE_DSS_WITH_AES_128_CBC_SHA
	{0x003D, RSA, CBC},   // RSA_WITH_AES_256_CBC_SHA256
	{0x003C, RSA, CBC},   // RSA_WITH_AES_128_CBC_SHA256
	{0x0035, RSA, CBC},   // RSA_WITH_AES_256_CBC_SHA
	{0x002F, RSA, CBC},   // RSA_WITH_AES_128_CBC_SHA

	{0xC008, ECDHE, TripleDES}, // ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA
	{0xC012, ECDHE, TripleDES}, // ECDHE_RSA_WITH_3DES_EDE_CBC_SHA
	{0x0016, DHE, TripleDES},   // DHE_RSA_WITH_3DES_EDE_CBC_SHA
	{0x0013, DHE, TripleDES},   // DHE_DSS_WITH_3DES_EDE_CBC_SHA
	{0x000A, RSA, TripleDES},   // RSA_WITH_3DES_EDE_CBC_SHA

	{0xC007, ECDHE, RC4}, // ECDHE_ECDSA_WITH_RC4_128_SHA
	{0xC011, ECDHE, RC4}, // ECDHE_RSA_WITH_RC4_128_SHA
	{0x0005, RSA, RC4},   // RSA_WITH_RC4_128_SHA
	{0x0004, RSA, RC4},   // RSA_WITH_RC4_128_MD5
}
