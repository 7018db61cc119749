{
  "targets": [
    {
      "target_name": "netwright",
      "sources": [
        "<!@(node -p \"['core','binding'].flatMap((folder) => fs.readdirSync('native/' + folder).filter((name) => name.endsWith('.cc')).map((name) => 'native/' + folder + '/' + name)).join(' ')\")"
      ],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": ["NAPI_VERSION=8", "NAPI_CPP_EXCEPTIONS", "_FORTIFY_SOURCE=2"],
      "cflags": ["-fvisibility=hidden", "-Wall", "-Wextra"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["-std=c++20", "-fexceptions"],
      "ldflags": ["-Wl,-z,relro,-z,now"]
    }
  ]
}
