package card
import ("testing";"image";"image/color";"image/png";"os";"fmt";"time"
"github.com/fumidai/fumidai/internal/draw";"github.com/fumidai/fumidai/internal/i18n";"github.com/fumidai/fumidai/rdp/bitmap")
func shot(c *Card,name string,w,h int){
 cv := draw.Canvas{Pixels: bitmap.NewPixels(w,h)}
 c.Draw(&cv)
 im:=image.NewNRGBA(image.Rect(0,0,w,h))
 for y:=0;y<h;y++{ for x,p:=range cv.Pixels.Row(y) { im.SetNRGBA(x,y,color.NRGBA{uint8(p>>16),uint8(p>>8),uint8(p),255}) } }
 f,_:=os.Create("/tmp/d/out/"+name+".png"); png.Encode(f,im); f.Close()
}
func TestZZ(t *testing.T){
 os.MkdirAll("/tmp/d/out",0o755)
 var items,many []Item
 for i,n := range []string{"会計サーバー","srv-file01.example.local","工場 HMI-07","開発用 Windows Server 2016","人事システム（本番）"} { items=append(items,Item{n,[]string{"本社 第 2 データセンター","File server, building 3","最終接続: 昨日 17:42","",""}[i]}) }
 for i:=0;i<40;i++ { many=append(many,Item{fmt.Sprintf("srv-%02d.branch.example.jp",i+1),fmt.Sprintf("支店 %d 号機",i+1)}) }
 for _,s := range []struct{w,h,p int}{{640,480,100},{1024,768,100},{1920,1080,150},{320,240,100},{3840,2160,200},{800,600,100}} {
  for _,l := range i18n.Langs() {
   for _,code := range []string{"credssp.server_not_updated","key_changed","name_not_found","password_wrong","draining"} {
    if code!="credssp.server_not_updated" && s.w==3840 {continue}
    c:=New(Page{Explanation:&Explanation{Code:code,HelpCode:"FD-1204-7K",Args:map[string]any{"host":"srv-acc01.example.local"}}},image.Pt(s.w,s.h),s.p,l)
    shot(c,fmt.Sprintf("%s-%d-%s",code,s.w,l),s.w,s.h)
   }
   c:=New(Page{List:&List{TitleCode:TitleDestinations,Items:items}},image.Pt(s.w,s.h),s.p,l); shot(c,fmt.Sprintf("list-%d-%s",s.w,l),s.w,s.h)
   c=New(Page{List:&List{TitleCode:TitleSessions,Items:many}},image.Pt(s.w,s.h),s.p,l); c.choose(7); shot(c,fmt.Sprintf("many-%d-%s",s.w,l),s.w,s.h)
   c=New(Page{Waiting:&Waiting{Code:WaitingForHost,Args:map[string]any{"host":"srv-acc01.example.local"}}},image.Pt(s.w,s.h),s.p,l); c.SetElapsed(63*time.Second); shot(c,fmt.Sprintf("wait-%d-%s",s.w,l),s.w,s.h)
  }
 }
}
