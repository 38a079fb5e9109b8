package lab

import (
	"context"
	"crypto/rand"
	"errors"
	"net"

	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/x224"
)

// The I/O channel of Windows, and the channels that follow it (MS-RDPBCGR
// 2.2.1.4.4).
const ioChannel = 1003

// connectInitialLimit bounds the client's first RDP message in bytes.
const connectInitialLimit = 8192

// firstStep reads the MCS Connect Initial PDU and answers it, which is as far as
// the lab goes with standard RDP security. A client that leaves before it, as a
// probe does, has ended well.
func (s *server) firstStep(ctx context.Context, conn net.Conn, e *Event) error {
	frame, err := rdpio.ReadFrame(ctx, conn, connectInitialLimit, stepTimeout)
	if err != nil {
		return wentAway(err)
	}
	payload, err := x224.ParseData(frame)
	if err != nil {
		return err
	}
	initial, err := mcs.ParseConnectInitial(payload)
	if err != nil {
		return err
	}
	userData, err := gcc.ParseConferenceCreateRequest(initial.UserData)
	if err != nil {
		return err
	}
	client, err := gcc.ParseClientData(userData)
	if err != nil {
		return err
	}
	e.ConnectInitial = true
	reply, err := connectResponse(initial, client, e)
	if err != nil {
		return err
	}
	if err := rdpio.Write(ctx, conn, reply, stepTimeout); err != nil {
		return err
	}
	_, err = rdpio.ReadFrame(ctx, conn, connectInitialLimit, stepTimeout)
	return wentAway(err)
}

// connectResponse builds the whole frame of an MCS Connect Response.
func connectResponse(initial *mcs.ConnectInitial, client *gcc.ClientData, e *Event) ([]byte, error) {
	requested := uint32(e.Requested)
	server := &gcc.ServerData{
		Core:    &gcc.ServerCoreData{Version: gcc.Version10, ClientRequestedProtocols: &requested},
		Network: &gcc.ServerNetworkData{MCSChannelID: ioChannel},
	}
	if client.Network != nil {
		for i := range client.Network.Channels {
			server.Network.ChannelIDs = append(server.Network.ChannelIDs, uint16(ioChannel+1+i))
		}
	}
	var err error
	if server.Security, err = standardSecurity(client); err != nil {
		return nil, err
	}
	userData, err := gcc.AppendServerData(nil, server)
	if err != nil {
		return nil, err
	}
	conference, err := gcc.AppendConferenceCreateResponse(nil, &gcc.ConferenceCreateResponse{NodeID: gcc.MinNodeID, UserData: userData})
	if err != nil {
		return nil, err
	}
	response, err := mcs.AppendConnectResponse(nil, &mcs.ConnectResponse{DomainParameters: initial.TargetParameters, UserData: conference})
	if err != nil {
		return nil, err
	}
	return x224.AppendData(nil, response)
}

// standardSecurity chooses the encryption: the strongest method the client knows,
// at the level Client Compatible. There is no certificate behind it: the lab does
// not go on with standard RDP security.
func standardSecurity(client *gcc.ClientData) (*gcc.ServerSecurityData, error) {
	s := &gcc.ServerSecurityData{EncryptionLevel: gcc.LevelClientCompatible, ServerRandom: make([]byte, gcc.ServerRandomSize)}
	if client.Security != nil {
		for _, m := range []gcc.EncryptionMethod{gcc.Encryption128Bit, gcc.Encryption56Bit, gcc.Encryption40Bit, gcc.EncryptionFIPS} {
			if client.Security.EncryptionMethods&m != 0 {
				s.EncryptionMethod = m
				break
			}
		}
	}
	_, err := rand.Read(s.ServerRandom)
	return s, err
}

// wentAway forgives a client that closes the connection between two messages.
func wentAway(err error) error {
	var e *rdpio.ConnError
	if errors.As(err, &e) && (e.Code() == "conn.closed" || e.Code() == "conn.reset") {
		return nil
	}
	return err
}
