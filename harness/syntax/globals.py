"""Names a language brings along: Python's builtins, JavaScript's globals in Node and browsers."""

from __future__ import annotations

import builtins

PYTHON_BUILTINS = frozenset(dir(builtins)) | {
    "__file__", "__name__", "__doc__", "__builtins__", "__loader__", "__spec__", "__package__",
    "__path__", "__annotations__", "__dict__", "__class__", "__module__", "__qualname__",
    "__debug__", "reveal_type", "PythonFinalizationError", "WindowsError", "exit", "quit",
    "copyright", "credits", "license", "help",
}  # fmt: skip

_NODE = """
    AggregateError Array ArrayBuffer AsyncFunction Atomics BigInt BigInt64Array BigUint64Array
    Boolean DataView Date Error EvalError FinalizationRegistry Float32Array Float64Array Function
    Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise
    Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError
    TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet
    WebAssembly decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis
    isFinite isNaN parseFloat parseInt undefined unescape arguments console
    AbortController AbortSignal Blob BroadcastChannel Buffer ByteLengthQueuingStrategy
    CompressionStream CountQueuingStrategy Crypto CryptoKey CustomEvent DecompressionStream
    DOMException Event EventTarget File FormData Headers MessageChannel MessageEvent MessagePort
    Performance PerformanceEntry PerformanceObserver ReadableStream Request Response TextDecoder
    TextEncoder TransformStream URL URLSearchParams WebSocket WritableStream atob btoa
    clearImmediate clearInterval clearTimeout crypto fetch navigator performance process
    queueMicrotask setImmediate setInterval setTimeout structuredClone global
    require module exports __dirname __filename
    describe it test expect beforeEach afterEach beforeAll afterAll jest
    Float16Array SuppressedError DisposableStack AsyncDisposableStack Temporal
"""

_BROWSER = """
    window document self top parent frames location history screen localStorage sessionStorage
    indexedDB caches customElements visualViewport alert confirm prompt print open close focus blur
    scroll scrollTo scrollBy moveTo resizeTo getComputedStyle getSelection matchMedia
    requestAnimationFrame cancelAnimationFrame requestIdleCallback cancelIdleCallback
    addEventListener removeEventListener dispatchEvent postMessage event name status origin
    innerWidth innerHeight outerWidth outerHeight scrollX scrollY pageXOffset pageYOffset
    screenX screenY devicePixelRatio opener length closed frameElement isSecureContext
    reportError createImageBitmap speechSynthesis trustedTypes scheduler cookieStore
    onload onerror onclick onresize onscroll onkeydown onkeyup onmessage onhashchange onpopstate
    Audio Image Option XMLHttpRequest WebSocket Worker SharedWorker ServiceWorker EventSource
    Node NodeList NodeFilter Element Attr Text Comment Document DocumentFragment DocumentType
    DOMParser XMLSerializer XPathResult Range Selection StaticRange TreeWalker MutationObserver
    MutationRecord ResizeObserver IntersectionObserver IntersectionObserverEntry ReportingObserver
    ShadowRoot CustomElementRegistry CustomStateSet ElementInternals CSS CSSRule CSSStyleSheet
    CSSStyleDeclaration StyleSheet MediaQueryList MediaQueryListEvent FileList FileReader
    DataTransfer DataTransferItem ClipboardItem ClipboardEvent DragEvent KeyboardEvent MouseEvent
    PointerEvent TouchEvent Touch WheelEvent FocusEvent InputEvent SubmitEvent UIEvent
    AnimationEvent TransitionEvent HashChangeEvent PopStateEvent ProgressEvent StorageEvent
    ErrorEvent PromiseRejectionEvent MediaStream MediaRecorder MediaSource Animation KeyframeEffect
    DocumentTimeline AnimationTimeline ScrollTimeline ViewTimeline Path2D CanvasGradient
    CanvasPattern CanvasRenderingContext2D OffscreenCanvas ImageData ImageBitmap
    WebGLRenderingContext WebGL2RenderingContext GPU GPUBufferUsage GPUTextureUsage AudioContext
    OfflineAudioContext AudioBuffer AudioNode GainNode OscillatorNode AudioWorkletNode
    AudioWorkletProcessor SpeechSynthesisUtterance SpeechRecognition webkitSpeechRecognition
    webkitAudioContext RTCPeerConnection RTCSessionDescription RTCIceCandidate Notification
    PaymentRequest Geolocation Gamepad DOMRect DOMRectReadOnly DOMPoint DOMMatrix DOMTokenList
    DOMStringMap NamedNodeMap HTMLCollection ValidityState History Location Navigator Screen Storage
    Window Highlight ViewTransition NavigateEvent navigation launchQueue IdleDeadline FontFace
    VideoFrame VideoEncoder VideoDecoder AudioEncoder AudioDecoder XSLTProcessor EyeDropper
    Sanitizer URLPattern TrustedHTML ToggleEvent CommandEvent BeforeUnloadEvent PageTransitionEvent
    importScripts registerPaint registerProcessor sampleRate currentTime currentFrame clients
    skipWaiting registration external menubar toolbar personalbar scrollbars statusbar locationbar
    crossOriginIsolated credentialless sharedStorage documentPictureInPicture
    DocumentPictureInPictureEvent IDBKeyRange IDBDatabase IDBRequest BarcodeDetector
"""
JAVASCRIPT_GLOBALS = frozenset(_NODE.split())
BROWSER_GLOBALS = frozenset(_BROWSER.split())
BROWSER_PREFIXES = (
    "HTML",
    "SVG",
    "MathML",
    "RTC",
    "IDB",
    "GPU",
    "CSS",
    "WebGL",
    "Media",
    "Performance",
)


def known_in_javascript(name: str, *, browser: bool) -> bool:
    """Whether a global name is there in Node (and, with ``browser``, in a page)."""
    if name in JAVASCRIPT_GLOBALS:
        return True
    return browser and (name in BROWSER_GLOBALS or name.startswith(BROWSER_PREFIXES))
