package font
import ("testing";"image";"image/color";"image/png";"os";"fmt")
func sheet(name string, lines []string, k int){
 w:=0
 for _,l:=range lines { x:=0; for _,r:=range l { _,a:=Lookup(r); x+=a }; w=max(w,x)}
 im:=image.NewGray(image.Rect(0,0,w*k+8,len(lines)*20*k+8))
 for i:=range im.Pix {im.Pix[i]=255}
 for y,l:=range lines { x:=0; for _,r:=range l { rows,a:=Lookup(r); for dy,row:=range rows { for dx:=0;dx<16;dx++ { if row&(0x8000>>dx)!=0 { for p:=0;p<k*k;p++ { im.SetGray(4+(x+dx)*k+p%k,4+(y*20+dy)*k+p/k,color.Gray{0})}}}}; x+=a}}
 f,_:=os.Create(name); png.Encode(f,im); f.Close()
}
func TestZZ(t *testing.T){
 sheet("/tmp/d/ascii.png",[]string{" !\"#$%&'()*+,-./0123456789:;<=>?","@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_","`abcdefghijklmnopqrstuvwxyz{|}~","The quick brown fox jumps over the lazy dog (FD-1204-7K).","ｱｲｳｴｵｶｷｸｹｺﾔﾂﾙ ©®Ø™ﬁﬂ£¤§µÐæðœ€ЁШЖŠš ÄÖÜäöüß","接続先のサーバーに更新プログラムが適用されていません。「OK」を","髙橋・山﨑・𠮷野 ①②㈱ ─│┌┐└┘├┤┬┴┼━┃ αβγΩ АБВ жзи … ― — ‐ “ ” ‘ ’ 〜 ～","鬱龍驫麤 ぁぃぅ がぎぐ ぱぴぷ ヴヵヶ 々〆〇 ←↑→↓ ⇒ ■□▲△ ☎ ✓ ✔ × ÷ • · 👍 ▶ ◀ ● ○ ◎"},2)
 n:=0
 for i,r:=range table().runes { if !table().wide[i] && r>0x7e { fmt.Printf("%c",r); n++ } }
 fmt.Println(n)
 for _,r:=range "髙﨑𠮷…―—‐–“”‘’〜～−①㈱✓✔•·▶●○" { fmt.Printf("%c %v  ",r,Has(r)) }
}
