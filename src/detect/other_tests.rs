//! What is evidence, what is a hint, and what is nothing, in files that are no Python.

use super::*;
use crate::asset::Strength;
use crate::snapshot::memory::MemorySnapshot;

type Seen = (AssetKind, String, Strength);

fn seen(path: &'static str, content: impl Into<Vec<u8>>) -> Vec<Seen> {
    let snapshot = MemorySnapshot::new([(path, content.into())]);
    let view = View::new(&snapshot, RepoPath::root());
    let role = |path: &RepoPath| PathRole::of(path, &RepoPath::root());
    let found = inventory(&view, Breadth::All, &role, &OwnAi::default(), &FileCache::default());
    assert_eq!(found.unread, [], "{path}");
    found.assets.into_iter().map(|it| (it.kind, it.name, it.strength)).collect()
}

fn shown(path: &'static str, content: impl Into<Vec<u8>>) -> Vec<(AssetKind, String)> {
    let seen = seen(path, content).into_iter();
    seen.filter(|it| it.2 == Strength::Evidence).map(|(kind, name, _)| (kind, name)).collect()
}

fn is_shown(path: &'static str, content: impl Into<Vec<u8>>, kind: AssetKind, name: &str) {
    let found = shown(path, content);
    assert!(found.contains(&(kind, name.to_owned())), "{path}: {name}: {found:?}");
}

#[test]
fn clients_and_ids_are_read_in_other_languages() {
    let rows = [
        ("a.tsx", "import OpenAI from 'openai';\nnew OpenAI().x({ model: 'gpt-4o' });\n"),
        ("a.mjs", "const x = await import(\"openai\");\nx.y(`gpt-4o`)\n"),
        (
            "a.vue",
            "<p>it's</p>\n<script setup>\nimport A from 'openai'\nuse('gpt-4o')\n</script>\n",
        ),
        ("a.java", "import com.openai.client.OpenAIClient;\nclass A { String m = \"gpt-4o\"; }\n"),
        ("a.kt", "import com.aallam.openai.client.OpenAI\nval m = ModelId(\"gpt-4o\")\n"),
        ("a.go", "import (\n\tgo \"github.com/sashabaranov/go-openai\"\n)\nvar m = openai.GPT4o\n"),
        ("a.rs", "fn f() { async_openai::Client::new(); g(\"gpt-4o\"); }\n"),
        ("a.cs", "using Azure.AI.OpenAI;\nvar c = a.GetChatClient(\"gpt-4o\");\n"),
        ("a.rb", "c = OpenAI::Client.new\nc.chat(parameters: {model: \"gpt-4o\"})\n"),
        ("a.php", "<?php $c = OpenAI::client($k); $c->chat(['model' => 'gpt-4o']);\n"),
        ("a.jl", "using HTTP, OpenAI\ncreate_chat(k, \"gpt-4o\", m)\n"),
        ("a.dart", "import 'package:dart_openai/dart_openai.dart';\nf(model: \"gpt-4o\");\n"),
        ("a.ex", "OpenaiEx.new(k)\nmodel = \"gpt-4o\"\n"),
        ("a.c", "const char *u = \"https://api.openai.com/v1\"; const char *m = \"gpt-4o\";\n"),
    ];
    for (path, source) in rows {
        is_shown(path, source, AssetKind::HostedService, "openai");
        is_shown(path, source, AssetKind::HostedModel, "gpt-4o");
    }
    is_shown("a.sh", "curl https://api.openai.com/v1\n", AssetKind::HostedService, "openai");
    is_shown("a.sh", "ollama pull llama3.2:1b\n", AssetKind::HostedModel, "llama3.2:1b");
    let pipeline =
        "import { pipeline } from '@xenova/transformers';\npipeline('x', 'Acme/ner-v2');\n";
    is_shown("a.js", pipeline, AssetKind::HubModel, "Acme/ner-v2");
}

#[test]
fn words_that_only_look_so_show_nothing() {
    let rows = [
        ("a.ts", "import type { Chat } from 'openai';\n"),
        ("a.ts", "/* import OpenAI from 'openai'; */\n"),
        ("a.ts", "const text = \"import OpenAI from 'openai'\";\n"),
        ("a.ts", "import { openai } from './openai';\nopenai('gpt');\n"),
        ("a.ts", "import train from 'model-railway';\ntrain.fit(window);\n"),
        ("a.go", "const text = `\n\"github.com/sashabaranov/go-openai\"\n`\n"),
        ("a.rs", "mod ort;\nuse self::ort::Session;\nfn f() { Session::builder(); }\n"),
        ("a.java", "import com.acme.model.Model;\nclass A { void fit() { model.fit(); } }\n"),
        ("a.r", "library(MASS)\nm <- lm(y ~ x)\n"),
        ("a.sql", "CREATE TABLE model (id INT); -- CREATE MODEL x\n"),
        ("a.sh", "# curl https://api.openai.com/v1\necho model\n"),
        ("a.cs", "// using OpenAI;\nusing System.Text;\n"),
        ("a.js", "app.get('/model', (q, r) => r.send({ model: 'T-Ford' }));\n"),
        ("a.yaml", "car:\n  model: gpt\nmodel: user\n"),
        (
            "compose.yaml",
            "services:\n  db:\n    image: postgres:16\n  web:\n    image: acme/vllm-docs\n",
        ),
        ("config.json", "{\"model\": \"T-Ford\", \"type\": \"car\"}"),
        ("aims.yaml", "systems:\n- models:\n  - {id: a, model: gpt-4o, temperature: 1}\n"),
        ("a.txt", "tree\nbranch\n"),
        (".github/workflows/review.yml", "with:\n  model: gpt-4o\n  prompt: review\n"),
        ("a.xml", "<?xml version=\"1.0\"?>\n<net><node/></net>\n"),
    ];
    for (path, source) in rows {
        assert_eq!(shown(path, source), [], "{path}: {source}");
    }
}

#[test]
fn an_import_of_a_framework_alone_is_no_use_of_ai() {
    let snapshot = MemorySnapshot::new([("a.java", "import ai.onnxruntime.OrtException;\n")]);
    let view = View::new(&snapshot, RepoPath::root());
    let role = |path: &RepoPath| PathRole::of(path, &RepoPath::root());
    let found = inventory(&view, Breadth::All, &role, &OwnAi::default(), &FileCache::default());
    assert_eq!(found.assets.len(), 1);
    assert!(!found.uses_ai());
}

#[test]
fn configuration_names_and_serves_models() {
    use AssetKind::{HostedModel, HostedService, HubModel, ModelConfiguration, ModelUse};
    let compose =
        "services:\n  v:\n    image: vllm/vllm-openai:v1\n    command: --model Acme/Small\n";
    let listed = "containers:\n- image: ghcr.io/huggingface/text-generation-inference:2\n  \
        args:\n  - --model-id\n  - Acme/Small\n";
    let agent = "models:\n  main:\n    provider: anthropic\n    model: claude-sonnet-4-5\n";
    let adapter = "{\"peft_type\": \"LORA\", \"base_model_name_or_path\": \"Acme/Small\"}";
    let rows: [(&'static str, &str, AssetKind, &str); 14] = [
        ("compose.yaml", compose, ModelUse, "vllm"),
        ("compose.yaml", compose, HubModel, "Acme/Small"),
        ("k8s/a.yaml", listed, HubModel, "Acme/Small"),
        ("Dockerfile", "FROM tensorflow/serving:2\n", ModelUse, "tensorflow-serving"),
        ("Dockerfile", "FROM a\nRUN ollama pull llama3\n", HostedModel, "llama3"),
        ("a.yaml", "kind: InferenceService\nspec: {}\n", ModelUse, "InferenceService"),
        ("agents/a.yaml", agent, HostedModel, "claude-sonnet-4-5"),
        (
            "application.properties",
            "spring.ai.openai.chat.options.model=gpt-4o\n",
            HostedService,
            "openai",
        ),
        (".env", "OPENAI_MODEL=gpt-4o-mini\n", HostedModel, "gpt-4o-mini"),
        ("Modelfile", "# a\nFROM llama3.1\n", HostedModel, "llama3.1"),
        ("adapter_config.json", adapter, HubModel, "Acme/Small"),
        (
            "config.json",
            "{\"architectures\": [\"AForCausalLM\"], \"model_type\": \"a\"}",
            ModelConfiguration,
            "AForCausalLM",
        ),
        (
            "m/MLmodel",
            "flavors:\n  sklearn:\n    pickled_model: model.pkl\n",
            ModelConfiguration,
            "mlflow model",
        ),
        (
            "dvc.yaml",
            "stages:\n  t:\n    outs:\n    - model.pkl\n",
            ModelConfiguration,
            "model.pkl",
        ),
    ];
    for (path, text, kind, name) in rows {
        is_shown(path, text, kind, name);
    }
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, content) in entries {
        bytes.extend(b"PK\x03\x04");
        bytes.extend([0; 22]);
        bytes.extend((name.len() as u16).to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(name.as_bytes());
        bytes.extend(*content);
    }
    bytes
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let mut out = Vec::new();
    flate2::read::GzEncoder::new(bytes, flate2::Compression::fast()).read_to_end(&mut out).unwrap();
    out
}

fn stored_models() -> Vec<(&'static str, Vec<u8>)> {
    let pickle = b"\x80\x02csklearn.svm\nSVC\nq\x00)\x81.".to_vec();
    let script = [("m/data/0", &[0; 64][..]), ("m/data.pkl", b"\x80\x02.")];
    let r = b"X\n\0\0\0\x03 class randomForest".to_vec();
    vec![
        ("m.pt", zip(&script)),
        ("a/saved_model.pb", b"\x08\x01\x12\x90\x20\x0a\x10\x22\x05serve".to_vec()),
        ("frozen.pb", b"\x0a\x20\x0a\x05input\x12\x0bPlaceholder".to_vec()),
        ("ckpt/checkpoint", b"model_checkpoint_path: \"m-1\"\n".to_vec()),
        ("m.txt", b"tree\nversion=v4\nnum_class=1\n".to_vec()),
        ("m.json", b"{\"learner\":{\"gradient_booster\":{}},\"version\":[2,0,0]}".to_vec()),
        ("web/model.json", b"{\"modelTopology\": {}, \"weightsManifest\": []}".to_vec()),
        ("m.cbm", b"CBM1\x10\0\0\0".to_vec()),
        ("m.bin", b"\xba\x16\x4f\x2f\x0c\0\0\0".to_vec()),
        ("m.msgpack", b"\x81\xa6params\x81\xa6kernel".to_vec()),
        ("m.xml", b"<?xml version=\"1.0\"?><net name=\"m\" version=\"11\"><layers>".to_vec()),
        ("m.pmml", b"<PMML xmlns=\"http://www.dmg.org/PMML-4_4\">".to_vec()),
        ("m.mlmodel", b"\x08\x04\x12\x40\x0a\x10".to_vec()),
        ("m.skops", zip(&[("schema.json", b"{}")])),
        ("m.mar", zip(&[("MAR-INF/MANIFEST.json", b"{}")])),
        ("m.pkl", pickle.clone()),
        ("old.pkl", b"csklearn.svm\nSVC\np0\n(tR.".to_vec()),
        ("m.pkl.gz", compressed(&pickle)),
        ("m.joblib", compressed(&pickle)),
        ("m.zip", zip(&[("m.pkl", &pickle)])),
        ("m.rds", compressed(&r)),
        ("m.pdparams", b"\x80\x02}q\x00.".to_vec()),
    ]
}

#[test]
fn stored_models_are_known_by_their_bytes() {
    for (path, bytes) in stored_models() {
        let name = path.rsplit('/').next().unwrap();
        is_shown(path, bytes, AssetKind::Weights, name);
    }
    let acting = b"\x80\x02cos\nsystem\nX\x01\0\0\0lcsklearn.svm\nSVC\n.".to_vec();
    is_shown("m.pkl", acting, AssetKind::RemoteCode, "os.system");
}

#[test]
fn hostile_headers_and_sources_are_survived() {
    for (path, bytes) in stored_models() {
        for end in 0..bytes.len() {
            seen(path, &bytes[..end]);
        }
        let mut huge = bytes.clone();
        huge.iter_mut().skip(4).for_each(|byte| *byte |= 0xf0);
        seen(path, huge);
    }
    let deep = format!("import a from 'openai';\n{}", "/*".repeat(100_000));
    assert_eq!(shown("a.ts", deep).len(), 1);
    for source in ["`", "\"\\", "/*", "'", "import", "require('", "<script", "```{r"] {
        for path in ["a.ts", "a.vue", "a.rs", "a.rmd", "a.cs", "a.jl", "a.yaml", "Dockerfile"] {
            seen(path, format!("openai {}", source.repeat(2_000)));
        }
    }
    let calls = format!("import {{ embed }} from 'ai';\n{}", "embed<".repeat(20_000));
    assert_eq!(shown("a.ts", calls).len(), 1);
    seen("a.go", "\t\"github.com/sashabaranov/go-openai\"\n".repeat(20_000));
}

#[test]
fn keys_of_configuration_name_a_model_of_a_hub_and_its_revision() {
    let of = |path: &'static str, text: &str| {
        let snapshot = MemorySnapshot::new([(path, text.as_bytes())]);
        let found = detections(&snapshot, &snapshot.entries()[0]).unwrap();
        found.into_iter().map(|it| (it.name, it.version)).collect::<Vec<_>>()
    };
    let model = |version: Option<&str>| ("acme/bird-net".to_owned(), version.map(str::to_owned));
    let one = "model_name_or_path: acme/bird-net\nrevision: 8d2f1c0\n";
    assert_eq!(of("train.yaml", one), [model(Some("8d2f1c0"))]);
    assert_eq!(of("train.json", "{\"base_model\": \"acme/bird-net\"}"), [model(None)]);
    let two = format!("{one}base_model_name_or_path: acme/other\n");
    assert!(of("train.yaml", &two).iter().all(|(_, version)| version.is_none()));
    assert_eq!(of("car.yaml", "base_model: outputs/first\nrevision: b\n"), []);
}

#[test]
fn a_package_of_a_lock_file_counts_where_a_manifest_asks_for_it() {
    let lock = "[[package]]\nname = \"torch\"\nversion = \"2.4.0\"\n";
    let versions = |files: Vec<(&'static str, &str)>| {
        let snapshot = MemorySnapshot::new(files);
        let view = View::new(&snapshot, RepoPath::root());
        let role = |path: &RepoPath| PathRole::of(path, &RepoPath::root());
        let own = OwnAi::default();
        let found = inventory(&view, Breadth::All, &role, &own, &FileCache::default());
        found.assets.into_iter().filter_map(|it| it.version).collect::<Vec<_>>()
    };
    assert_eq!(versions(vec![("uv.lock", lock)]), [""; 0]);
    let manifest = "[project]\ndependencies = [\"torch>=2\"]\n";
    assert_eq!(versions(vec![("pyproject.toml", manifest), ("uv.lock", lock)]), [">=2", "2.4.0"]);
}

#[test]
fn what_a_shell_prints_is_not_run() {
    let command = "hf download acme/bird-net\n";
    for path in ["a.sh", "Dockerfile"] {
        let before = if path == "a.sh" { "" } else { "RUN " };
        is_shown(path, format!("{before}{command}"), AssetKind::HubModel, "acme/bird-net");
    }
    is_shown("a.sh", format!("echo a && {command}"), AssetKind::HubModel, "acme/bird-net");
    for printed in ["echo", "log_info", "  printf", "Write-Log"] {
        assert_eq!(shown("a.sh", format!("{printed} \"  {}\"\n", command.trim())), [], "{printed}");
    }
}

#[test]
fn bombs_cycles_and_a_million_keys_cost_little() {
    let many = |begin: &str, line: &str, end: &str| {
        format!("{begin}{}{end}", line.repeat(1_000_000 / line.len() * 3))
    };
    seen("package-lock.json", many("{\n", "  \"openai\": {\n", "}"));
    seen("yarn.lock", many("", "openai@^4:\n  version \"4.1.0\"\n", ""));
    seen("pnpm-lock.yaml", many("", "  /a@", ""));
    seen("uv.lock", many("", "name = \"torch\"\nversion = \"2\"\n", ""));
    seen("requirements.txt", many("", "torch[", ""));
    seen("pom.xml", many("", "langchain4j-open-ai\n", ""));
    seen("config.json", many("{", "\"model_name_or_path\": \"a/b\",", "}"));
    seen("a.yaml", "a: &a [*a, *a]\nmodel: *a\n".repeat(10_000));
    seen("a.gguf", [&b"GGUF\x03\0\0\0"[..], &[0xff; 1 << 16]].concat());
    seen("a.safetensors", many("\u{7f}\0\0\0\0\0\0\0{", "\"a\":{},", "}"));
    seen("a.pkl", [&b"\x80\x04"[..], &[b'('; 1 << 16], &[b'd'; 1 << 16]].concat());
    seen("a.pkl", b"\x80\x04]\x94(h\0h\0e".repeat(10_000));
    seen("a.json.gz", compressed(&vec![b'{'; 32 << 20]));
    let zeros = compressed(&vec![0; 1 << 20]);
    seen("a.zip", zip(&[("a.onnx", &zeros[..]); 200]));
    python_detections(many("import torch\n", "x in ('gpt-4o', y)\n", "").as_bytes());
    python_detections(many("import transformers\n", "x in ('a',", "").as_bytes());
    python_detections(many("import transformers\n", "f.from_pretrained(x)\n", "").as_bytes());
}
