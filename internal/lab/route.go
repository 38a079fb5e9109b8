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
	user    string // who chose, and who alone may use it
	expires time.Time
}

// routeLife is how long a token serves.
const routeLife = time.Minute

// maxRoutes bounds the tokens that nobody has used.
const maxRoutes = 1024

// tokenPrefix makes a token look like the cookie of a load balancer, which is
// what every client passes on.
const tokenPrefix = "Cookie: msts="

// give makes a token with which that user comes to a host, as the LoadBalanceInfo
// of a redirection.
func (r *routes) give(to Host, user string) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	for token, old := range r.open {
		if now.After(old.expires) {
			delete(r.open, token)
		}
	}
	if len(r.open) >= maxRoutes {
		delete(r.open, r.oldest())
	}
	if r.open == nil {
		r.open = map[string]route{}
	}
	token := tokenPrefix + rand.Text()
	r.open[token] = route{to, user, now.Add(routeLife)}
	return []byte(token + "\r\n")
}

// oldest is the token that has waited longest.
func (r *routes) oldest() (token string) {
	for t, route := range r.open {
		if token == "" || route.expires.Before(r.open[token].expires) {
			token = t
		}
	}
	return token
}

// take redeems a token of that user. It is gone also if another user brings it.
func (r *routes) take(token []byte, user string) (Host, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := strings.TrimRight(string(token), "\r\n")
	found, ok := r.open[key]
	delete(r.open, key)
	return found.to, ok && found.user == user && time.Now().Before(found.expires)
}
