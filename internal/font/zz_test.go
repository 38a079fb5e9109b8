package font
import ("testing";"fmt")
func TestZZ(t *testing.T){ for _,r := range "‖≒∥—―〜～‐‑‒–−\u2007\u2009\u202f\u00a0•·" { fmt.Printf("%U %c %v;  ",r,r,Has(r)) }; fmt.Println() 
for _,r:=range "01lI|iO" { a,b:=Lookup(r); fmt.Println(picture(a,b)) } }
