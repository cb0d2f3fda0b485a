//! Writes the JavaScript half of a WASM module: `isotherm-wasm-glue MODULE.wasm OUT_DIR NAME`, as `wasm-bindgen` would.

use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, out_dir, name] = arguments.as_slice() else {
        anyhow::bail!("usage: isotherm-wasm-glue MODULE.wasm OUT_DIR NAME");
    };
    Bindgen::new()
        .web(true)?
        .typescript(true)
        .omit_default_module_path(false)
        // A trapped module is started afresh.
        .reset_state_function(true)
        .out_name(name)
        .input_path(module)
        .generate(out_dir)
}
