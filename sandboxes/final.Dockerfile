# The last layer of every sandbox: the agent and this language's driver, read-only, precompiled.
# It stands apart from the toolchain so that a changed driver rebuilds in a second.
ARG TOOLCHAIN
FROM ${TOOLCHAIN}
ARG LANGUAGE
COPY agent/ /opt/harness/agent/
COPY driver/ /opt/harness/${LANGUAGE}/
# A tmpfs takes the mode of the folder it covers.
RUN chmod 1777 /work \
 && chown -R 0:0 /opt/harness/agent /opt/harness/${LANGUAGE} \
 && chmod -R a+rX,go-w /opt/harness/agent /opt/harness/${LANGUAGE} \
 && python3 -m compileall -q /opt/harness/agent /opt/harness/${LANGUAGE} \
 && if [ -f /opt/harness/${LANGUAGE}/finish.sh ]; then sh /opt/harness/${LANGUAGE}/finish.sh; fi
WORKDIR /
USER 0:0
# The agent needs the standard library alone: -S leaves the folders of packages out.
ENTRYPOINT ["/usr/bin/python3", "-I", "-S", "-u", "/opt/harness/agent/start.py"]
