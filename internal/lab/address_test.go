package lab

import (
	"errors"
	"net/netip"
	"runtime"
	"testing"
)

// With a network each host has an address of its own and all have one port.
func TestNetwork(t *testing.T) {
	o := Options{Hosts: make([]Host, 300), Network: netip.MustParsePrefix("127.1.2.3/16"), Port: 3389}
	addresses, err := o.addresses()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range map[int]string{0: "127.1.0.1:3389", 1: "127.1.0.2:3389", 254: "127.1.0.255:3389", 255: "127.1.1.0:3389", 299: "127.1.1.44:3389"} {
		if got := addresses[i].String(); got != want {
			t.Errorf("host %d at %s, want %s", i, got, want)
		}
	}
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has the whole of 127.0.0.0/8")
	}
	l, err := Start(t.Context(), Options{Hosts: Fleet(3, 1), Network: netip.MustParsePrefix("127.77.0.0/24")})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if got := l.Hosts[2].Address.Addr().String(); got != "127.77.0.3" {
		t.Errorf("the third host at %s", got)
	}
}

// More hosts than ports or addresses: none is started.
func TestRoom(t *testing.T) {
	for _, c := range []struct {
		o    Options
		room int
	}{
		{Options{Port: 65530}, 6},
		{Options{Port: 65535}, 1},
		{Options{Network: netip.MustParsePrefix("127.0.0.0/30")}, 3},
		{Options{Network: netip.MustParsePrefix("127.255.255.248/29")}, 7},
		{Options{Network: netip.MustParsePrefix("::1/128")}, 0},
	} {
		c.o.Hosts = make([]Host, 10)
		l, err := Start(t.Context(), c.o)
		var room *RoomError
		if l != nil || !errors.As(err, &room) {
			t.Errorf("%+v: %v", c.o, err)
			continue
		}
		if room.Room != c.room || room.Hosts != 10 || room.Code() != "lab.room" || room.Kind() != "misuse" || room.Args()["room"] != c.room || room.Error() == "" {
			t.Errorf("%+v: %v, want room for %d", c.o, room, c.room)
		}
	}
}

func TestNetworkIsLoopback(t *testing.T) {
	for _, s := range []string{"10.0.0.0/8", "0.0.0.0/0", "192.0.2.0/24"} {
		_, err := Start(t.Context(), Options{Network: netip.MustParsePrefix(s)})
		var refused *NotLoopbackError
		if !errors.As(err, &refused) {
			t.Errorf("%s: %v", s, err)
		}
	}
}

// A lab that would run out of descriptors is not begun, and the error says how
// many it takes.
func TestDescriptors(t *testing.T) {
	limit, ok := descriptorLimit()
	if !ok {
		t.Skip("this system has no limit of open files to ask for")
	}
	if err := enoughDescriptors(limit - spareDescriptors); err != nil {
		t.Error(err)
	}
	err := enoughDescriptors(limit)
	var few *DescriptorsError
	if !errors.As(err, &few) {
		t.Fatal(err)
	}
	if few.Hosts != limit || few.Need != limit+spareDescriptors || few.Limit != limit ||
		few.Code() != "lab.descriptors" || few.Kind() != "misuse" || few.Args()["need"] != few.Need || few.Error() == "" {
		t.Errorf("%+v", few)
	}
}
