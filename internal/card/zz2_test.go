package card
import ("testing";"image";"github.com/fumidai/fumidai/internal/i18n")
func TestZZFit(t *testing.T){
 for _,sz := range []image.Point{{640,480},{800,600},{1024,768},{1280,720},{1366,768},{1920,1080}} {
 for _,l := range i18n.Langs() { for _,code := range Codes() {
  c:=New(Page{Explanation:&Explanation{Code:code,HelpCode:"FD-1204-7K",Args:map[string]any{"host":"srv-acc01.example.local"}}},sz,100,l)
  if c.height>c.view.Dy()|| len(c.frame)<1 { t.Errorf("%v %s %s: %d > %d",sz,l,code,c.height,c.view.Dy()) }
  if c.m.density!=roomy && sz.X>640 { t.Logf("snug %v %s %s scale %d",sz,l,code,c.m.scale) }
  if h:=c.headOf(nil,c.say("card."+code,nil),nil); len(h.lines)>1 { t.Errorf("title %v %s %s", sz,l,code)}
 }}}
}
