package gcc_test

import (
	"fmt"

	"github.com/fumidai/fumidai/rdp/gcc"
)

// A server answers the settings of a client.
func Example() {
	requested := uint32(0)
	userData, err := gcc.AppendServerData(nil, &gcc.ServerData{
		Core:    &gcc.ServerCoreData{Version: gcc.Version5, ClientRequestedProtocols: &requested},
		Network: &gcc.ServerNetworkData{MCSChannelID: 1003, ChannelIDs: []uint16{1004}},
		Security: &gcc.ServerSecurityData{
			EncryptionMethod:  gcc.Encryption128Bit,
			EncryptionLevel:   gcc.LevelHigh,
			ServerRandom:      make([]byte, gcc.ServerRandomSize), // random in earnest
			ServerCertificate: []byte("certificate"),
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	response, err := gcc.AppendConferenceCreateResponse(nil, &gcc.ConferenceCreateResponse{
		NodeID: gcc.MinNodeID, UserData: userData,
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	received, err := gcc.ParseConferenceCreateResponse(response)
	if err != nil {
		fmt.Println(err)
		return
	}
	settings, err := gcc.ParseServerData(received.UserData)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("RDP %v, level %v, method %v\n", settings.Core.Version,
		settings.Security.EncryptionLevel, settings.Security.EncryptionMethod)
	// Output: RDP 5.0-8.1, level HIGH, method 128BIT
}

// A relay changes one block in place: the parsed block aliases the message.
func ExampleParseBlocks() {
	userData := []byte{0x02, 0xC0, 12, 0, 0x1B, 0, 0, 0, 0, 0, 0, 0}
	blocks, err := gcc.ParseBlocks(userData)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range blocks {
		if b.Type == gcc.BlockClientSecurity {
			b.Data[0] = byte(gcc.Encryption128Bit)
		}
	}
	fmt.Printf("% x\n", userData)
	// Output: 02 c0 0c 00 02 00 00 00 00 00 00 00
}
