package rdpio_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"

	"github.com/fumidai/fumidai/rdp/rdpio"
)

// A client that talks only to the server whose key it knows.
func ExampleClientTLS() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	pin := sha256.Sum256(leaf.RawSubjectPublicKeyInfo)

	near, far := net.Pipe()
	go func() {
		conn, err := rdpio.ServerTLS(context.Background(), far, rdpio.TLSServerOptions{
			Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
		})
		if err != nil {
			panic(err)
		}
		io.WriteString(conn, "hello")
	}()

	conn, err := rdpio.ClientTLS(context.Background(), near, rdpio.TLSClientOptions{
		CheckCertificate: func(chain []*x509.Certificate) error {
			if sha256.Sum256(chain[0].RawSubjectPublicKeyInfo) != pin {
				return errors.New("another key than the pinned one")
			}
			return nil
		},
	})
	if err != nil {
		panic(err)
	}
	greeting := make([]byte, 5)
	if _, err := io.ReadFull(conn, greeting); err != nil {
		panic(err)
	}
	fmt.Printf("%s, %d bytes of key to bind\n", greeting, len(conn.SubjectPublicKey()))
	// Output: hello, 65 bytes of key to bind
}
