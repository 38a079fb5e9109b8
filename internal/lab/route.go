package lab

import (
	"crypto/rand"
	"strings"
	"sync"
	"time"
)

// routes are the tokens that a list has given out. Each serves once, and not for
// long: whoever holds it chooses where the next connection leads.
type routes struct {
	mu   sync.Mutex
	open map[string]route
}

type route struct {
	to      Host
	expires time.Time
}

// routeLife is how long a token serves.
const routeLife = time.Minute

// maxRoutes bounds the tokens that nobody has used.
const maxRoutes = 1024

// tokenPrefix makes a token look like the cookie of a load balancer, which is
// what every client passes on.
const tokenPrefix = "Cookie: msts="

// give makes a token for a host, as the LoadBalanceInfo of a redirection.
func (r *routes) give(to Host) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	for token, old := range r.open {
		if now.After(old.expires) || len(r.open) >= maxRoutes {
			delete(r.open, token)
		}
	}
	if r.open == nil {
		r.open = map[string]route{}
	}
	token := tokenPrefix + rand.Text()
	r.open[token] = route{to, now.Add(routeLife)}
	return []byte(token + "\r\n")
}

// take redeems a token.
func (r *routes) take(token []byte) (Host, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := strings.TrimRight(string(token), "\r\n")
	found, ok := r.open[key]
	delete(r.open, key)
	return found.to, ok && time.Now().Before(found.expires)
}
