package lab

import "fmt"

// spareDescriptors are for connections, and for what the process has open besides.
const spareDescriptors = 256

// DescriptorsError says that the system lets this process open too few files for
// so many listeners.
type DescriptorsError struct{ Hosts, Need, Limit int }

func (e *DescriptorsError) Error() string {
	return fmt.Sprintf("lab: %d hosts need %d open files, the limit is %d", e.Hosts, e.Need, e.Limit)
}

// Code is the stable name of the failure.
func (e *DescriptorsError) Code() string { return "lab.descriptors" }

// Kind tells whose fault it is: whoever asks for more than the system gives.
func (e *DescriptorsError) Kind() string { return "misuse" }

// Args are the named values for a sentence about the failure.
func (e *DescriptorsError) Args() map[string]any {
	return map[string]any{"hosts": e.Hosts, "need": e.Need, "limit": e.Limit}
}

// enoughDescriptors is asked before the first listener: half a lab helps nobody.
func enoughDescriptors(hosts int) error {
	need := hosts + spareDescriptors
	if limit, ok := descriptorLimit(); ok && need > limit {
		return &DescriptorsError{Hosts: hosts, Need: need, Limit: limit}
	}
	return nil
}
