package gcc

import (
	"encoding/binary"
	"math"

	"github.com/fumidai/fumidai/rdp/wire"
)

// ServerSecurityData is TS_UD_SC_SEC1 (MS-RDPBCGR 2.2.1.4.3). With TLS or
// CredSSP, method and level are zero and the rest is empty.
type ServerSecurityData struct {
	EncryptionMethod  EncryptionMethod
	EncryptionLevel   EncryptionLevel
	ServerRandom      []byte // ServerRandomSize bytes, or none
	ServerCertificate []byte // SERVER_CERTIFICATE of 2.2.1.4.3.1, not looked at
}

// ServerRandomSize is the length of a server random, in bytes.
const ServerRandomSize = 32

const serverSecurityName = "TS_UD_SC_SEC1"

func parseServerSecurityData(data []byte) (*ServerSecurityData, error) {
	r := wire.NewReader(serverSecurityName, data)
	m := &ServerSecurityData{
		EncryptionMethod: EncryptionMethod(r.U32LE("encryptionMethod")),
		EncryptionLevel:  EncryptionLevel(r.U32LE("encryptionLevel")),
	}
	// Without encryption the two lengths must not be there. A server that sends
	// them anyway must at least mean nothing by them.
	if m.encrypts() || r.Len() > 0 {
		randomLen, certLen := r.U32LE("serverRandomLen"), r.U32LE("serverCertLen")
		switch {
		case m.encrypts() && randomLen != ServerRandomSize:
			r.Failf("serverRandomLen", "wants %d bytes, got %d", ServerRandomSize, randomLen)
		case !m.encrypts() && (randomLen > 0 || certLen > 0):
			r.Failf("serverRandomLen", "random or certificate without encryption")
		}
		m.ServerRandom = readBlob(r, "serverRandom", randomLen)
		m.ServerCertificate = readBlob(r, "serverCertificate", certLen)
	}
	r.End()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// readBlob reads n bytes; none at all is nil.
func readBlob(r *wire.Reader, field string, n uint32) []byte {
	if n == 0 {
		return nil
	}
	return r.Bytes(field, int(min(n, math.MaxInt32)))
}

func (m *ServerSecurityData) encrypts() bool {
	return m.EncryptionMethod != EncryptionNone || m.EncryptionLevel != LevelNone
}

func (m *ServerSecurityData) block() (Block, error) {
	data := binary.LittleEndian.AppendUint32(nil, uint32(m.EncryptionMethod))
	data = binary.LittleEndian.AppendUint32(data, uint32(m.EncryptionLevel))
	if !m.encrypts() {
		if len(m.ServerRandom) > 0 || len(m.ServerCertificate) > 0 {
			return Block{}, wire.Misuse(serverSecurityName, "random or certificate without encryption")
		}
		return Block{BlockServerSecurity, data}, nil
	}
	if len(m.ServerRandom) != ServerRandomSize {
		return Block{}, wire.Misuse(serverSecurityName, "random of %d bytes, wants %d", len(m.ServerRandom), ServerRandomSize)
	}
	data = binary.LittleEndian.AppendUint32(data, ServerRandomSize)
	data = binary.LittleEndian.AppendUint32(data, uint32(len(m.ServerCertificate)))
	data = append(data, m.ServerRandom...)
	return Block{BlockServerSecurity, append(data, m.ServerCertificate...)}, nil
}
