package credssp

import (
	"crypto/sha256"
	"crypto/subtle"
)

// The magic strings of MS-CSSP 3.1.5, steps 3 and 4. The terminating NUL is
// hashed.
const (
	clientToServer = "CredSSP Client-To-Server Binding Hash\x00"
	serverToClient = "CredSSP Server-To-Client Binding Hash\x00"
)

// effective is the version both ends go on with: the smaller one, where a peer
// newer than we know counts as our own (2.2.1).
func effective(own, peer int) int { return min(own, peer) }

// clientBinding is what the client seals into its pubKeyAuth: up to version 4
// the key itself, from version 5 on a hash over key and nonce.
func clientBinding(version int, nonce, key []byte) []byte {
	if version >= BindingVersion {
		return bindingHash(clientToServer, nonce, key)
	}
	return append([]byte(nil), key...)
}

// serverBinding is what the server answers: up to version 4 the key with its
// first byte incremented, from version 5 on the hash of the other direction.
func serverBinding(version int, nonce, key []byte) []byte {
	if version >= BindingVersion {
		return bindingHash(serverToClient, nonce, key)
	}
	echo := append([]byte(nil), key...)
	echo[0]++
	return echo
}

func bindingHash(magic string, nonce, key []byte) []byte {
	h := sha256.New()
	h.Write([]byte(magic))
	h.Write(nonce)
	h.Write(key)
	return h.Sum(nil)
}

// serverProof exists only if the server has proved the key of this TLS
// connection.
type serverProof struct{ version int }

// verifyServer opens the server's pubKeyAuth and compares it in constant time.
func verifyServer(mechanism Mechanism, state string, version int, nonce, key, pubKeyAuth []byte) (*serverProof, error) {
	if err := verifyBinding(mechanism, state, pubKeyAuth, serverBinding(version, nonce, key)); err != nil {
		return nil, err
	}
	return &serverProof{version}, nil
}

// clientProof exists only if the client has proved that it sees the same key.
type clientProof struct{ version int }

// verifyClient opens the client's pubKeyAuth and compares it in constant time.
func verifyClient(mechanism Mechanism, state string, version int, nonce, key, pubKeyAuth []byte) (*clientProof, error) {
	if err := verifyBinding(mechanism, state, pubKeyAuth, clientBinding(version, nonce, key)); err != nil {
		return nil, err
	}
	return &clientProof{version}, nil
}

func verifyBinding(mechanism Mechanism, state string, pubKeyAuth, want []byte) error {
	got, err := mechanism.Unseal(pubKeyAuth)
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare(got, want) != 1 {
		return peerError("credssp.binding.mismatch", state, SecMessageAltered,
			"the peer's proof is for another key: somebody is in between, or the versions are mixed up")
	}
	return nil
}
