package share

import (
	"fmt"
	"strings"
)

// RedirectionFlags are the RedirFlags of a Server Redirection PDU. Some announce a
// field, the others are statements of their own.
type RedirectionFlags uint32

// The flags of MS-RDPBCGR 2.2.13.1.
const (
	RedirectTargetNetAddress      RedirectionFlags = 0x00000001 // LB_TARGET_NET_ADDRESS
	RedirectLoadBalanceInfo       RedirectionFlags = 0x00000002 // LB_LOAD_BALANCE_INFO
	RedirectUserName              RedirectionFlags = 0x00000004 // LB_USERNAME
	RedirectDomain                RedirectionFlags = 0x00000008 // LB_DOMAIN
	RedirectPassword              RedirectionFlags = 0x00000010 // LB_PASSWORD
	RedirectDontStoreUserName     RedirectionFlags = 0x00000020 // LB_DONTSTOREUSERNAME
	RedirectSmartCardLogon        RedirectionFlags = 0x00000040 // LB_SMARTCARD_LOGON
	RedirectNoRedirect            RedirectionFlags = 0x00000080 // LB_NOREDIRECT: the fields inform, the client stays
	RedirectTargetFQDN            RedirectionFlags = 0x00000100 // LB_TARGET_FQDN
	RedirectTargetNetBIOSName     RedirectionFlags = 0x00000200 // LB_TARGET_NETBIOS_NAME
	RedirectTargetNetAddresses    RedirectionFlags = 0x00000800 // LB_TARGET_NET_ADDRESSES
	RedirectClientTsvURL          RedirectionFlags = 0x00001000 // LB_CLIENT_TSV_URL
	RedirectServerTsvCapable      RedirectionFlags = 0x00002000 // LB_SERVER_TSV_CAPABLE
	RedirectPasswordIsPKEncrypted RedirectionFlags = 0x00004000 // LB_PASSWORD_IS_PK_ENCRYPTED
	RedirectGUID                  RedirectionFlags = 0x00008000 // LB_REDIRECTION_GUID
	RedirectTargetCertificate     RedirectionFlags = 0x00010000 // LB_TARGET_CERTIFICATE
)

var redirectionNames = []struct {
	bit  RedirectionFlags
	name string
}{
	{RedirectTargetNetAddress, "TARGET_NET_ADDRESS"},
	{RedirectLoadBalanceInfo, "LOAD_BALANCE_INFO"},
	{RedirectUserName, "USERNAME"},
	{RedirectDomain, "DOMAIN"},
	{RedirectPassword, "PASSWORD"},
	{RedirectDontStoreUserName, "DONTSTOREUSERNAME"},
	{RedirectSmartCardLogon, "SMARTCARD_LOGON"},
	{RedirectNoRedirect, "NOREDIRECT"},
	{RedirectTargetFQDN, "TARGET_FQDN"},
	{RedirectTargetNetBIOSName, "TARGET_NETBIOS_NAME"},
	{RedirectTargetNetAddresses, "TARGET_NET_ADDRESSES"},
	{RedirectClientTsvURL, "CLIENT_TSV_URL"},
	{RedirectServerTsvCapable, "SERVER_TSV_CAPABLE"},
	{RedirectPasswordIsPKEncrypted, "PASSWORD_IS_PK_ENCRYPTED"},
	{RedirectGUID, "REDIRECTION_GUID"},
	{RedirectTargetCertificate, "TARGET_CERTIFICATE"},
}

// String names the flags of the set without LB, as in "USERNAME|DOMAIN"; unknown
// bits are a number.
func (f RedirectionFlags) String() string {
	var set []string
	for _, known := range redirectionNames {
		if f&known.bit != 0 {
			set = append(set, known.name)
			f &^= known.bit
		}
	}
	if f != 0 || len(set) == 0 {
		set = append(set, fmt.Sprintf("%#x", uint32(f)))
	}
	return strings.Join(set, "|")
}
