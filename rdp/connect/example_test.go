package connect_test

import (
	"fmt"
	"image"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/x224"
)

// A client and a server in one program, without a network: bytes are cut into frames,
// each frame is a step, and what a step returns goes to the other end.
func Example() {
	requested := x224.ProtocolSSL | x224.ProtocolHybrid
	server, err := connect.NewServer(connect.ServerConfig{Requested: requested, Selected: x224.ProtocolHybrid})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	client, err := connect.NewClient(connect.ClientConfig{
		Requested: requested, Selected: x224.ProtocolHybrid, Name: "DESK-7", Desktop: image.Pt(800, 600), Depth: 32,
		Info: &security.ClientInfo{Flags: security.InfoUnicode, User: "hanako"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()

	toServer, err := client.Start()
	for err == nil && len(toServer) > 0 {
		var toClient []byte
		if toClient, err = steps(server.Step, toServer); err == nil {
			toServer, err = steps(client.Step, toClient)
		}
	}
	facts := server.Client()
	fmt.Println(err, client.Active(), server.Active(), facts.Name, server.Desktop(), facts.Depth)

	tile := bitmap.NewPixels(64, 60)
	drawing, _ := server.AppendBitmap(nil, image.Pt(128, 120), tile)
	_, err = client.Step(drawing)
	fmt.Println(err, client.Events().Dirty)

	typing, _ := client.AppendInput(nil, []input.Event{{Kind: input.Unicode, Code: 'あ'}})
	_, err = server.Step(typing)
	fmt.Println(err, len(server.Events().Input), string(rune(server.Events().Input[0].Code)))
	// Output:
	// <nil> true true DESK-7 (800,600) 32
	// <nil> (128,120)-(192,180)
	// <nil> 1 あ
}

// steps gives frames to a machine and gathers the replies.
func steps(step func([]byte) ([]byte, error), frames []byte) (replies []byte, err error) {
	for len(frames) > 0 && err == nil {
		var size int
		var reply []byte
		if size, err = connect.FrameSize(frames); err == nil {
			reply, err = step(frames[:size])
			replies, frames = append(replies, reply...), frames[size:]
		}
	}
	return replies, err
}
