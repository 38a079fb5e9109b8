package gcc

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// ClientSecurityData is TS_UD_CS_SEC (MS-RDPBCGR 2.2.1.3.3), of use only with
// Standard RDP Security.
type ClientSecurityData struct {
	EncryptionMethods    EncryptionMethod
	ExtEncryptionMethods EncryptionMethod // instead of the first, from French clients
}

func parseClientSecurityData(data []byte) (*ClientSecurityData, error) {
	r := wire.NewReader("TS_UD_CS_SEC", data)
	m := &ClientSecurityData{
		EncryptionMethods:    EncryptionMethod(r.U32LE("encryptionMethods")),
		ExtEncryptionMethods: EncryptionMethod(r.U32LE("extEncryptionMethods")),
	}
	r.End()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *ClientSecurityData) block() Block {
	data := binary.LittleEndian.AppendUint32(nil, uint32(m.EncryptionMethods))
	data = binary.LittleEndian.AppendUint32(data, uint32(m.ExtEncryptionMethods))
	return Block{BlockClientSecurity, data}
}
