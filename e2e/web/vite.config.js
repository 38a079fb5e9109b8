// The RDP package has its WebAssembly inside as a data: URL of 4.5 MB. It becomes a
// file of its own, which the browser compiles while it loads.
const wasmAsFile = () => ({
  name: 'wasm-as-file',
  transform(code, id) {
    if (!id.includes('iron-remote-desktop-rdp')) return null;
    const found = code.match(/"data:application\/wasm;base64,([A-Za-z0-9+/=]+)"/);
    if (!found) throw new Error('no WebAssembly in ' + id);
    const ref = this.emitFile({ type: 'asset', name: 'ironrdp.wasm', source: Buffer.from(found[1], 'base64') });
    return { code: code.replace(found[0], () => `import.meta.ROLLUP_FILE_URL_${ref}`), map: null };
  },
});

export default {
  base: './',
  plugins: [wasmAsFile()],
  build: { outDir: '../../build/e2e/page', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 1000 },
};
