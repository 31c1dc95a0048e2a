# Writes golden.jsonl: the format VLC1 once more, from its description alone.
#   pip install cryptography; python golden.py > golden.jsonl
import hashlib,hmac,json,struct
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives import hashes
def s512(t,n): return hashlib.sha512(t.encode()).digest()[:n]
def lp(t): b=t.encode(); return struct.pack('>H',len(b))+b
def seal(cls,key,rk,kv,tenant,row,gen,slug,ent,pt):
    head=b'VLC1\x01\x00'+struct.pack('>II',rk,kv)+ent
    ctx=b'veralux/credential/v1'+bytes([cls])+head+lp(tenant)+lp(row)+struct.pack('>Q',gen)+lp(slug)
    okm=HKDF(hashes.SHA256(),64,ent[:32],b'VLC1 key+commit'+hashlib.sha256(ctx).digest()).derive(key)
    return head+okm[32:]+AESGCM(okm[:32]).encrypt(ent[32:],pt,ctx)
out=[]
def add(what,cls,rk,kv,tenant,row,gen,slug,pt):
    key=s512('key '+what,32); ent=s512('entropy '+what,44)
    env=seal(cls,key,rk,kv,tenant,row,gen,slug,ent,pt)
    out.append(dict(what=what,**{'class':cls},key=key.hex(),rootKey=rk,keyVersion=kv,tenant=tenant,row=row,generation=gen,slug=slug,entropy=ent.hex(),plaintext=pt.hex(),envelope=env.hex()))
add('a credential',1,1,1,'oak_dental','crd_0199a3b2c4d57e8f9a0b1c2d3e4f5a6b',1,'twilio',b'{"v":1,"accountSid":"AC00000000000000000000000000000000","authToken":"11111111111111111111111111111111"}')
add('a credential of the ninth generation under later keys',1,4000000000,17,'A-9','crd_x',9,'google_calendar',bytes(range(256)))
add('nothing',1,1,1,'t','r',1,'openai',b'')
add('a tenant key',2,2,3,'oak_dental','tenant_key',3,'tenant_key',s512('data key',32))
add('another secret',3,2,3,'oak_dental','STRIPE_KEY',2,'db','sk_live_ü'.encode())
add('an oauth state',4,2,3,'oak_dental','st_1',0,'google_calendar',b'x'*1000)
print('\n'.join(json.dumps(o) for o in out))
