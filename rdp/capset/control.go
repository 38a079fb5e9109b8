package capset

import "github.com/fumidai/fumidai/rdp/wire"

// ControlPriorityNever is CONTROLPRIORITY_NEVER, for ControlInterest and
// DetachInterest.
const ControlPriorityNever = 2

// Control is TS_CONTROL_CAPABILITYSET (MS-RDPBCGR 2.2.7.2.2).
type Control struct {
	ControlFlags     uint16 // always 0
	RemoteDetachFlag uint16 // always 0
	ControlInterest  uint16 // always ControlPriorityNever
	DetachInterest   uint16 // always ControlPriorityNever
}

func (*Control) name() string { return "TS_CONTROL_CAPABILITYSET" }

func (m *Control) read(r *wire.Reader) {
	m.ControlFlags = r.U16LE("controlFlags")
	m.RemoteDetachFlag = r.U16LE("remoteDetachFlag")
	m.ControlInterest = r.U16LE("controlInterest")
	m.DetachInterest = r.U16LE("detachInterest")
}

func (m *Control) appendTo(dst []byte) ([]byte, error) {
	return appendU16s(dst, m.ControlFlags, m.RemoteDetachFlag, m.ControlInterest, m.DetachInterest), nil
}

// Activation is TS_WINDOWACTIVATION_CAPABILITYSET (MS-RDPBCGR 2.2.7.2.3). All its
// fields are always 0.
type Activation struct {
	HelpKeyFlag          uint16
	HelpKeyIndexFlag     uint16
	HelpExtendedKeyFlag  uint16
	WindowManagerKeyFlag uint16
}

func (*Activation) name() string { return "TS_WINDOWACTIVATION_CAPABILITYSET" }

func (m *Activation) read(r *wire.Reader) {
	m.HelpKeyFlag = r.U16LE("helpKeyFlag")
	m.HelpKeyIndexFlag = r.U16LE("helpKeyIndexFlag")
	m.HelpExtendedKeyFlag = r.U16LE("helpExtendedKeyFlag")
	m.WindowManagerKeyFlag = r.U16LE("windowManagerKeyFlag")
}

func (m *Activation) appendTo(dst []byte) ([]byte, error) {
	return appendU16s(dst, m.HelpKeyFlag, m.HelpKeyIndexFlag, m.HelpExtendedKeyFlag, m.WindowManagerKeyFlag), nil
}
